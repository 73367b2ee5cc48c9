"""Patches out of HDF5 as picture files, which a scan can read and a report can link to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from screener.errors import OutputError
from screener.records import InputSpec
from screener.records.swap import swap_in
from screener.training.labelled.example import Example
from screener.training.labelled.hdf5 import Patches

FOLDER = "patches"
"""Where they go, in the evaluation's own folder."""


def as_files(
    examples: Sequence[Example], folder: Path, report: Callable[[int, int], None]
) -> tuple[Example, ...]:
    """`examples`, those out of HDF5 as lossless PNG files below `folder`; their names stay.

    Args:
        examples: of files and of HDF5 rows alike.
        folder: made if it is needed; what an earlier run has written there is not written again.
        report: told (done, total) now and then.

    Raises:
        DataError: a patch cannot be read.
        OutputError: the folder cannot be written.
    """
    found = []
    with Patches(InputSpec()) as patches:
        for index, example in enumerate(examples):
            if example.row is None:
                found.append(example)
                continue
            path = folder / f"{example.name}.png"
            try:
                _write(patches, example, path)
            except OSError as error:
                raise OutputError(f"{folder}: {error.strerror}; choose another --out") from error
            found.append(replace(example, path=path))
            if index % 256 == 0:
                report(index, len(examples))
    return tuple(found)


def _write(patches: Patches, example: Example, path: Path) -> None:
    if path.is_file() or example.row is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        Image.fromarray(patches.pixels(example.path, example.row)).save(file, "PNG", compress_level=1)
    swap_in(unfinished, path)
