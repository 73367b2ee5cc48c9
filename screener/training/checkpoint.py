"""What a training has reached, on disk after every epoch: safetensors and JSON, the one before kept."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from screener.errors import OutputError

_TENSORS = "tensors.safetensors"
_FACTS = "facts.json"
_KEPT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Everything that the next epoch needs.

    Attributes:
        epoch: epochs behind us.
        tensors: names -> tensors, on the CPU.
        facts: JSON values.
    """

    epoch: int
    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Add `checkpoint` to `folder`; whole or not at all. The one before is kept, older ones go."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"epoch-{checkpoint.epoch:04d}"
    unfinished = folder / f".{final.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
    save_file(tensors, unfinished / _TENSORS)
    facts = {"epoch": checkpoint.epoch, **checkpoint.facts}
    (unfinished / _FACTS).write_text(json.dumps(facts), "utf-8")
    for path in unfinished.iterdir():
        with path.open("rb+") as file:  # Windows syncs nothing that was opened to be read
            os.fsync(file.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    for old in epochs_in(folder)[_KEPT:]:
        shutil.rmtree(old)


@contextmanager
def kept_where_full(working: Path) -> Iterator[None]:
    """What is written inside ends, where it cannot be, as an error of one line.

    Raises:
        OutputError: a file could not be written; the training in `working` goes on from its last epoch.
    """
    try:
        yield
    except (OSError, SafetensorError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise OutputError(
            f"{working} cannot be written: {why}; every finished epoch is kept there, and the same command "
            "with --resume goes on"
        ) from error


def read_checkpoint(folder: Path) -> tuple[Checkpoint | None, tuple[str, ...]]:
    """The newest checkpoint in `folder` that can be read, or None; and a note on each that can't."""
    notes: list[str] = []
    places = epochs_in(folder)
    for place in places:
        try:
            facts = json.loads((place / _FACTS).read_text("utf-8"))
            tensors = load_file(place / _TENSORS)
            return Checkpoint(facts.pop("epoch"), tensors, facts), tuple(notes)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
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


def epochs_in(folder: Path) -> list[Path]:
    """The checkpoints' folders, newest first."""
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if re.fullmatch(r"epoch-\d{4,}", p.name)), reverse=True)
