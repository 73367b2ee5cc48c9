"""Decoded films on disk, once: a memory-mapped array, so that no epoch decodes a file."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from screener.errors import DataError, OutputError
from screener.images.decode import decode, read_bytes
from screener.records import DecodeSettings, InputSpec, Refused, Source, Task
from screener.training.duplicates import BITS, difference_hash
from screener.training.labels import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

Reader = Callable[[Path], "NDArray[np.uint8]"]
"""From a file to a model's input, uint8 H x W x C."""

_VERSION = 2


@dataclass(frozen=True, slots=True, eq=False)
class Films:
    """Prepared pictures in the order of their examples.

    Attributes:
        pixels: uint8, N x H x W x C, memory-mapped, read-only.
        hashes: bool, N x 256, see `difference_hash`.
    """

    pixels: "NDArray[np.uint8]"
    hashes: "NDArray[np.bool_]"


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
            raise DataError(f"{path}: {outcome.reason.sentence}{detail}; mend it or take it out")
        return outcome.model_input

    return read


def default_folder() -> Path:
    """The user's cache folder for this program, by the XDG rule."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "screener" / "films"


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

    Raises:
        DataError: a file cannot be decoded.
        OutputError: the cache cannot be written.
    """
    place = folder / _key(examples, spec)
    if not place.is_dir():
        try:
            _fill(place, examples, spec, read, report)
        except OSError as error:
            raise OutputError(f"cache folder {folder}: {error}; name another with --cache") from error
    pixels = np.load(place / "pixels.npy", mmap_mode="r", allow_pickle=False)
    return Films(pixels, np.load(place / "hashes.npy", allow_pickle=False))


def _fill(
    place: Path,
    examples: Sequence[Example],
    spec: InputSpec,
    read: Reader,
    report: Callable[[int, int], None],
) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=place.parent))
    shape = (len(examples), spec.height, spec.width, spec.channels)
    try:
        pixels = np.lib.format.open_memmap(unfinished / "pixels.npy", "w+", np.uint8, shape)
        hashes = np.empty((len(examples), BITS), np.bool_)
        for index, example in enumerate(examples):
            pixels[index] = read(example.path)
            hashes[index] = difference_hash(pixels[index])
            if index % 64 == 0:
                report(index, len(examples))
        pixels.flush()
        np.save(unfinished / "hashes.npy", hashes, allow_pickle=False)
        if not place.is_dir():
            unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _key(examples: Sequence[Example], spec: InputSpec) -> str:
    digest = hashlib.sha256()
    # Mean and std work inside the network: they don't change what is cached.
    looks = {name: value for name, value in asdict(spec).items() if name not in ("mean", "std")}
    if spec.centre == 1:
        del looks["centre"]  # caches are older than the field
    digest.update(json.dumps([_VERSION, looks]).encode())
    for example in examples:
        state = example.path.stat()
        digest.update(f"{example.path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
