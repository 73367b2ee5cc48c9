"""What a training has reached, on disk: safetensors and JSON, the epoch before kept."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from screener.errors import OutputError
from screener.training.learning.standing import Standing

_TENSORS = "tensors.safetensors"
_FACTS = "facts.json"
_STEP = "-step-"
_KEPT = 2
"""Whole epochs on disk; besides them what is kept of the epoch under way."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Everything that the next step needs.

    Attributes:
        standing: see `Standing`.
        tensors: names -> tensors, on the CPU.
    """

    standing: Standing
    tensors: Mapping[str, Tensor]

    @property
    def name(self) -> str:
        """Of its folder: later ones come later in the alphabet."""
        steps = self.standing.partway.steps
        return f"epoch-{self.standing.epoch:04d}" + (f"{_STEP}{steps:07d}" if steps else "")


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Add `checkpoint` to `folder`; whole or not at all. The epoch before is kept, what is older goes."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / checkpoint.name
    unfinished = folder / f".{final.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
    save_file(tensors, unfinished / _TENSORS)
    (unfinished / _FACTS).write_text(json.dumps(checkpoint.standing.fields()), "utf-8")
    for path in unfinished.iterdir():
        with path.open("rb+") as file:  # Windows syncs nothing that was opened to be read
            os.fsync(file.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    newest, *others = checkpoints_in(folder)
    whole = [path for path in (newest, *others) if _STEP not in path.name]
    for old in others:
        if old not in whole[:_KEPT]:
            shutil.rmtree(old)


def forget_partway(folder: Path) -> None:
    """Remove what `folder` holds of an epoch that is not over, and `folder` itself where nothing is left."""
    for path in checkpoints_in(folder):
        if _STEP in path.name:
            shutil.rmtree(path)
    with suppress(OSError):  # something is
        folder.rmdir()


@contextmanager
def kept_where_full(working: Path) -> Iterator[None]:
    """What is written inside ends, where it cannot be, as an error of one line.

    Raises:
        OutputError: a file could not be written; the training in `working` goes on from what it kept before.
    """
    try:
        yield
    except (OSError, SafetensorError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise OutputError(
            f"{working} cannot be written: {why}; what was saved there before is intact, and the same "
            "command with --resume continues"
        ) from error


def read_checkpoint(folder: Path) -> tuple[Checkpoint | None, tuple[str, ...]]:
    """The newest checkpoint in `folder` that can be read, or None; and a note on each that can't.

    Raises:
        UsageError: its recipe is none that this version knows.
    """
    notes: list[str] = []
    places = checkpoints_in(folder)
    for place in places:
        try:
            standing = Standing.of_fields(json.loads((place / _FACTS).read_text("utf-8")))
            return Checkpoint(standing, load_file(place / _TENSORS)), tuple(notes)
        except (OSError, ValueError, SafetensorError) as error:
            instead = "beginning anew" if place == places[-1] else "going back to the one before"
            notes.append(f"checkpoint {place.name} is damaged ({error}); {instead}")
    return None, tuple(notes)


def with_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """`tensors` under names that begin with `prefix` and a dot."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def under_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors that `with_prefix` put there, under their own names."""
    start = f"{prefix}."
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def checkpoints_in(folder: Path) -> list[Path]:
    """The checkpoints' folders, newest first."""
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if re.fullmatch(rf"epoch-\d{{4,}}({_STEP}\d+)?", path.name))
    return sorted(found, reverse=True)
