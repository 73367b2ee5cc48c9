"""PatchCamelyon as published: patches in HDF5, pictures in one file and labels in another."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from screener.errors import DataError, MissingExtra
from screener.images.prepare import prepare
from screener.records import InputSpec, Task
from screener.training.labelled.example import SPLITS, Example, label_index
from screener.training.labelled.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PICTURES = re.compile(r"(?P<stem>.*?(?P<split>train|valid|validation|val|test)?)_x\.(h5|hdf5)$")
_BLOCK = 256
"""Patches read at a time: the published files are compressed in blocks, and reading one costs its block."""


def is_hdf5(data: Path) -> bool:
    """Whether `data` is such a file of pictures, or a folder with one."""
    return bool(_files(data))


def packed(data: Path) -> Path | None:
    """A file of `data` that is still packed by gzip, as it is downloaded; None if there is none."""
    return next(iter(sorted(data.glob("*_x.h5.gz"))), None) if data.is_dir() else None


def examples_of(data: Path, task: Task) -> Iterator[Example]:
    """The patches of `NAME_x.h5` (`x`: N x H x W x 3, uint8) with the labels of `NAME_y.h5` (`y`: N).

    The split is the one in the file's name where there are several. A patch's slide, if NAME_meta.csv
    tells it, stands for the patient.

    Raises:
        DataError: a file is missing, is none of that kind, or holds a label that the task does not know.
        MissingExtra: h5py is not installed.
    """
    files = _files(data)
    for path in files:
        match = _PICTURES.match(path.name)
        assert match
        split = SPLITS[match["split"] or ""] if len(files) > 1 else None
        labels = _labels(path, task, _count(path))
        slides = _slides(path, len(labels))
        for row, label in enumerate(labels):
            name = f"{path.name}/{row:06d}"
            yield Example(path, name, label, slides[row] if slides else name, split, row)


class Patches:
    """Reads patches as a model's input, each file opened once; close it after use."""

    def __init__(self, spec: InputSpec) -> None:
        self._spec = spec
        self._files = ExitStack()
        self._open: dict[Path, Any] = {}
        self._block: tuple[Path, int, NDArray[np.uint8]] | None = None

    def __enter__(self) -> "Patches":
        return self

    def __exit__(self, *error: object) -> None:
        self._files.close()

    def read(self, path: Path, row: int) -> "NDArray[np.uint8]":
        """Patch `row` of `path`, uint8, H x W x C, as a scan would prepare it from a lossless picture.

        Raises:
            DataError: it cannot be read.
        """
        return prepare(self.pixels(path, row), self._spec)

    def pixels(self, path: Path, row: int) -> "NDArray[np.uint8]":
        """Patch `row` of `path` as it is, uint8, H x W x 3.

        Raises:
            DataError: it cannot be read.
        """
        start = row - row % _BLOCK
        if self._block is None or self._block[:2] != (path, start):
            try:
                if path not in self._open:
                    self._open[path] = self._files.enter_context(_opened(path))
                self._block = (path, start, np.asarray(self._open[path]["x"][start : start + _BLOCK]))
            except (OSError, KeyError, ValueError) as error:
                raise DataError(f"{path}, patch {row}: {error}; download it again") from error
        patch: NDArray[np.uint8] = self._block[2][row - start]
        return patch


def _files(data: Path) -> list[Path]:
    if data.is_file():
        return [data] if _PICTURES.match(data.name) else []
    return sorted(path for path in data.glob("*_x.*") if _PICTURES.match(path.name))


def _opened(path: Path) -> Any:
    try:
        import h5py
    except ImportError:
        raise MissingExtra("reading HDF5", "train") from None
    return h5py.File(path, "r")


def _count(path: Path) -> int:
    """How many patches there are, the file's shape checked."""
    try:
        with _opened(path) as file:
            shape, kind = file["x"].shape, file["x"].dtype
    except (OSError, KeyError, AttributeError) as error:
        raise DataError(f"{path} is not an HDF5 file of patches: {error}") from error
    if len(shape) != 4 or shape[3] != 3 or kind != np.uint8:
        size = " x ".join(map(str, shape))
        raise DataError(f"{path}: 'x' is {size} {kind}; patches are N x height x width x 3 uint8")
    return int(shape[0])


def _labels(pictures: Path, task: Task, count: int) -> list[int]:
    path = pictures.with_name(re.sub(r"_x(?=\.)", "_y", pictures.name))
    try:
        with _opened(path) as file:
            values = np.asarray(file["y"]).ravel()
    except (OSError, KeyError) as error:
        raise DataError(f"{path}, the labels of {pictures.name}, cannot be read: {error}") from error
    if len(values) != count:
        raise DataError(f"{path} has {len(values)} labels for the {count} patches of {pictures.name}")
    numbers = _whole(values, path)
    index = {value: label_index(str(int(value)), task, str(path)) for value in np.unique(numbers)}
    return [index[value] for value in numbers]


def _whole(values: "NDArray[Any]", path: Path) -> "NDArray[np.float64]":
    """HDF5's values as whole numbers.

    Raises:
        DataError: one is none.
    """
    said = f"{path}: 'y' must hold a whole number a patch, 0 or 1, and holds"
    try:
        numbers = values.astype(np.float64)
    except (ValueError, TypeError):
        raise DataError(f"{said} {values.dtype}, {values[0]!s:.40} first") from None
    wrong = numbers[~np.isfinite(numbers) | (numbers != np.trunc(numbers))]
    if len(wrong):
        raise DataError(f"{said} {wrong[0]}")
    return numbers


def _slides(pictures: Path, count: int) -> list[str] | None:
    path = pictures.with_name(re.sub(r"_x\.\w+$", "_meta.csv", pictures.name))
    if not path.is_file():
        return None
    slides = [row["wsi"] for _, row in read_rows(path, ("wsi",))]
    if len(slides) != count:
        raise DataError(f"{path} has {len(slides)} lines for the {count} patches of {pictures.name}")
    return slides
