"""Decoded films on disk, once: a memory-mapped array, so that no epoch decodes a file."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from screener.errors import DataError, OutputError
from screener.images.decode import decode, read_bytes
from screener.records import DecodeSettings, InputSpec, Refused, Source, Task
from screener.records.user_folders import home_folder
from screener.training.labelled.duplicates import BITS, difference_hash
from screener.training.labelled.example import Example
from screener.training.labelled.hdf5 import Patches

if TYPE_CHECKING:
    from numpy.typing import NDArray

Reader = Callable[[Path], "NDArray[np.uint8]"]
"""From a file to a model's input, uint8 H x W x C."""

_VERSION = 4
_DIGEST = 16
_FACTS = ("hashes", "digests", "levels")
_UNREADABLE = "unreadable.json"
_UNFINISHED = ".unfinished-"

_STALE = 86_400.0
"""Seconds without a write after which a cache that is still being filled is what a killed program left."""

_WHITE, _BLACK = 245, 10
"""A picture with no value at or below the first is near-white, with none at or above the second near-black:
there is nothing in it to learn from. The limits are those of the PatchCamelyon study of 2019."""


@dataclass(frozen=True, slots=True, eq=False)
class Films:
    """Prepared pictures in the order of their examples.

    Attributes:
        pixels: uint8, N x H x W x C, memory-mapped, read-only.
        hashes: bool, N x 256, see `difference_hash`.
        digests: uint8, N x 16: alike where pictures are the same, pixel by pixel.
        levels: uint8, N x 2: the least and the greatest value of each picture.
        unreadable: why pictures could not be decoded, by their place; they are black here.
    """

    pixels: "NDArray[np.uint8]"
    hashes: "NDArray[np.bool_]"
    digests: "NDArray[np.uint8]"
    levels: "NDArray[np.uint8]"
    unreadable: Mapping[int, str]

    @property
    def readable(self) -> "NDArray[np.bool_]":
        """N: which could be decoded."""
        readable = np.ones(len(self.levels), np.bool_)
        readable[list(self.unreadable)] = False
        return readable

    @property
    def near_white(self) -> "NDArray[np.bool_]":
        """N: which have no value of 245 or less."""
        return self.readable & (self.levels[:, 0] > _WHITE)

    @property
    def near_black(self) -> "NDArray[np.bool_]":
        """N: which have no value of 10 or more."""
        return self.readable & (self.levels[:, 1] < _BLACK)

    @property
    def telling(self) -> "NDArray[np.bool_]":
        """N: which show something; blank ones are all alike, and no doubles of each other."""
        return self.readable & ~self.near_white & ~self.near_black


def reader_for(spec: InputSpec, task: Task) -> Reader:
    """Reads a file as a scan would for a model of `spec` and `task`, but for the scope gate.

    The reader raises `DataError`, naming the file, where a scan would refuse it; of several frames it
    takes the first.
    """
    settings = DecodeSettings(input=spec, task=task, thumbnail=0, gate=False)

    def read(path: Path) -> "NDArray[np.uint8]":
        source = Source(path, path.name, path.name.encode("utf-8", "surrogateescape"), path.stem)
        data = read_bytes(source, settings.limits)
        outcome = data if isinstance(data, Refused) else next(decode(data, settings))
        if isinstance(outcome, Refused):
            detail = f" ({outcome.detail})" if outcome.detail else ""
            raise DataError(f"{path}: {outcome.reason.sentence}{detail}; repair it or remove it")
        return outcome.model_input

    return read


def default_folder() -> Path:
    """The user's cache folder for this program, by the XDG rule."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else home_folder() / ".cache") / "screener" / "films"


def cached_films(
    examples: Sequence[Example],
    spec: InputSpec,
    folder: Path,
    read: Reader,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Films:
    """The examples' pictures at `spec`, from the cache or decoded into it.

    Args:
        examples: whose files; the cache's key covers each name, size and time of change.
        spec: the model's input.
        folder: of all caches; made if it is not there.
        read: decodes one file, as from `reader_for`.
        report: told (done, total) now and then.

    A file that cannot be decoded is tried again each time, in case it was mended without a trace. Several
    trainings may fill one cache at once: each does so aside, and the first to end puts it in place. Of
    several users each has caches that nobody else can read.

    Raises:
        OutputError: the cache cannot be written.
    """
    place = folder / (_key(examples, spec) + _own_ending(folder))
    shape = (len(examples), spec.height, spec.width, spec.channels)
    films = _stored(place, shape)
    if films is None or _mended(films, examples, spec, read):
        films = None  # Windows removes no file that is mapped
        try:
            shutil.rmtree(place, ignore_errors=True)
            _fill(place, examples, spec, read, report)
        except OSError as error:
            raise OutputError(f"cache folder {folder}: {error}; name another with --cache") from error
        films = _stored(place, shape)
    if films is None:
        raise OutputError(f"cache folder {place} was changed while it was written; run this again")
    return films


def _own_ending(folder: Path) -> str:
    """What a cache's name ends with, so that no other user's has it: "" in the user's own folder."""
    try:
        owner = folder.stat().st_uid
    except OSError:  # not made yet, or filling it will say what is wrong
        return ""
    if sys.platform == "win32":
        return ""
    return "" if owner == os.getuid() else f"-{os.getuid()}"


def _stored(place: Path, shape: tuple[int, ...]) -> Films | None:
    """What the cache in `place` holds; None where there is none, or one that is not whole."""
    try:
        pixels = np.load(place / "pixels.npy", mmap_mode="r", allow_pickle=False)
        hashes, digests, levels = (np.load(place / f"{name}.npy", allow_pickle=False) for name in _FACTS)
        unreadable = json.loads((place / _UNREADABLE).read_text("utf-8"))
    except (OSError, ValueError, EOFError):
        return None
    if pixels.shape != shape or not len(hashes) == len(digests) == len(levels) == len(pixels):
        return None
    return Films(pixels, hashes, digests, levels, {int(index): why for index, why in unreadable.items()})


def _fill(
    place: Path,
    examples: Sequence[Example],
    spec: InputSpec,
    read: Reader,
    report: Callable[[int, int], None],
) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    _sweep(place.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    count = len(examples)
    shape = (count, spec.height, spec.width, spec.channels)
    try:
        pixels = np.lib.format.open_memmap(unfinished / "pixels.npy", "w+", np.uint8, shape)
        _claim(unfinished / "pixels.npy")
        hashes, digests = np.zeros((count, BITS), np.bool_), np.zeros((count, _DIGEST), np.uint8)
        levels = np.zeros((count, 2), np.uint8)
        unreadable: dict[int, str] = {}
        with Patches(spec) as patches:
            for index, example in enumerate(examples):
                try:
                    pixels[index] = picture = _read(example, read, patches)
                except DataError as error:
                    unreadable[index] = str(error)
                    continue
                hashes[index] = difference_hash(picture)
                digest = hashlib.blake2b(picture.tobytes(), digest_size=_DIGEST).digest()
                digests[index] = np.frombuffer(digest, np.uint8)
                levels[index] = picture.min(), picture.max()
                if index % 64 == 0:
                    report(index, count)
        pixels.flush()
        for name, facts in zip(_FACTS, (hashes, digests, levels), strict=True):
            np.save(unfinished / f"{name}.npy", facts, allow_pickle=False)
        (unfinished / _UNREADABLE).write_text(json.dumps(unreadable), "utf-8")
        try:
            unfinished.rename(place)
        except OSError:
            if not place.is_dir():  # else another training was quicker, with the same pictures
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what killed programs left of caches."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):  # done meanwhile, or another user's: names are unique anyway
            latest = max(path.stat().st_mtime for path in (left, *left.iterdir()))
            if time.time() - latest > _STALE:
                shutil.rmtree(left)


def _claim(path: Path) -> None:
    """Give a file made by its length alone the room that it needs: without it, a write would end the process.

    Raises:
        OSError: there is not so much room.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("rb+") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _read(example: Example, read: Reader, patches: Patches) -> "NDArray[np.uint8]":
    return read(example.path) if example.row is None else patches.read(example.path, example.row)


def _mended(films: Films, examples: Sequence[Example], spec: InputSpec, read: Reader) -> bool:
    """Whether a picture that could not be decoded when the cache was filled can be now."""
    with Patches(spec) as patches:
        for index in films.unreadable:
            try:
                _read(examples[index], read, patches)
            except DataError:
                continue
            return True
    return False


def _key(examples: Sequence[Example], spec: InputSpec) -> str:
    digest = hashlib.sha256()
    # Mean and std work inside the network: they don't change what is cached.
    looks = {name: value for name, value in asdict(spec).items() if name not in ("mean", "std")}
    if spec.centre == 1:
        del looks["centre"]  # caches are older than the field
    digest.update(json.dumps([_VERSION, looks]).encode())
    for example in examples:
        state = example.path.stat()
        which = "" if example.row is None else f"\0{example.row}"
        path = os.fsencode(example.path)
        digest.update(path + f"{which}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
