"""Data elements of a pydicom data set as plain numbers and words, straight from their bytes.

pydicom finds the elements; their values are read here, because its own conversion warns about bad ones
by printing them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Elements:
    """The elements of one data set, or of one item of a sequence."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __contains__(self, tag: int) -> bool:
        return tag in self._dataset

    def raw(self, tag: int) -> bytes:
        """The value's bytes; b"" where the element is absent, empty or a sequence."""
        if tag not in self._dataset:
            return b""
        value = self._dataset.get_item(tag).value
        return value if isinstance(value, bytes) else b""

    def texts(self, tag: int) -> list[str]:
        """A string element's values, without the padding."""
        text = self.raw(tag).decode("latin-1").strip(" \0")
        return [part.strip(" \0") for part in text.split("\\")] if text else []

    def text(self, tag: int) -> str:
        """The first of `texts`, or ""."""
        return next(iter(self.texts(tag)), "")

    def floats(self, tag: int) -> list[float]:
        """A decimal string's values, for as long as they are numbers."""
        found = []
        for text in self.texts(tag):
            try:
                found.append(float(text))
            except ValueError:
                break
        return found

    def shorts(self, tag: int, signed: bool = False) -> list[int]:
        """The 16-bit values of a US, SS or OW element."""
        return [int(value) for value in self.array(tag, "i2" if signed else "u2")]

    def short(self, tag: int, default: int) -> int:
        """The first unsigned 16-bit value, or `default` where there is none."""
        return next(iter(self.shorts(tag)), default)

    def array(self, tag: int, dtype: str) -> NDArray[Any]:
        """The whole words of the value in their stored byte order, as `dtype` (`u2`, `f4`)."""
        data = self.raw(tag)
        kind = np.dtype(("<" if self._little(tag) else ">") + dtype)
        return np.frombuffer(data, kind, len(data) // kind.itemsize)

    def item(self, tag: int, number: int = 0) -> Elements | None:
        """An item of a sequence, from 0; None where it is absent or there is no sequence."""
        if tag not in self._dataset or self._dataset[tag].VR != "SQ":
            return None
        items = self._dataset[tag].value
        return Elements(items[number]) if number < len(items) else None

    def _little(self, tag: int) -> bool:
        if tag not in self._dataset:
            return True
        return bool(getattr(self._dataset.get_item(tag), "is_little_endian", True))
