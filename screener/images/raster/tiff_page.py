"""How the pixels of a TIFF's page lie in the file, as its directory has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from operator import index
from typing import Any

from PIL.TiffImagePlugin import OPEN_INFO, ImageFileDirectory_v2

from screener.images.refusal import Refusal
from screener.records import Reason

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_STRIP_OFFSETS, _SAMPLES, _ROWS, _STRIP_BYTES, _PLANAR = 273, 277, 278, 279, 284
_TILE_WIDTH, _TILE_LENGTH, _TILE_OFFSETS, _TILE_BYTES = 322, 323, 324, 325
_EXTRA, _FORMAT, _JPEG_TABLES = 338, 339, 347

YCBCR = 6
_RAW = 1
_LETTERS = frozenset(("1", "L", "P", "RGB", "RGBA", "CMYK"))
"""Pillow's names for samples of which each letter names those of a plane."""
_PAIRS = frozenset(("LA", "La", "PA"))
"""Its names for a grey level or a colour of a palette, and how much of it there is."""

_UNSIGNED = 1
_NUMBERS = {
    _UNSIGNED: "unsigned integers",
    2: "signed integers",
    3: "floats",
    5: "complex integers",
    6: "complex floats",
}
"""What Sample Format says of the samples (TIFF 6.0 section 19, and its technical note 1)."""

_SAMPLES_AT_MOST = 64
_TOO_WIDE = 4
"""How many times the picture a strip or tile may be, to be looked at here."""


@dataclass(frozen=True, slots=True)
class Page:
    """The entries of a directory that decide how its pixels are read.

    Attributes:
        order: b"II" or b"MM".
        width, height: pixels, as stored.
        bits: of each sample of a pixel.
        numbers: Sample Format, of each sample; see `_NUMBERS`.
        photometric: Photometric Interpretation.
        extra: Extra Samples: what the samples beyond the colours are.
        compression: Compression.
        fill_order: 2 where bits are stored from the lowest.
        planar: whether each sample has a plane of its own.
        part: width and height of a strip or tile.
        tiled: whether it is tiles; the last strip is only as high as the picture.
        offsets: where each strip or tile begins.
        sizes: how many bytes it has.
        jpeg_tables: what all JPEG strips or tiles have in common, as a JPEG.
    """

    order: bytes
    width: int
    height: int
    bits: tuple[int, ...]
    numbers: tuple[int, ...]
    photometric: int
    extra: tuple[int, ...]
    compression: int
    fill_order: int
    planar: bool
    part: tuple[int, int]
    tiled: bool
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]
    jpeg_tables: bytes

    @classmethod
    def first(cls, data: bytes) -> Page:
        """The file's first page. May raise anything at all on bad bytes, as Pillow does."""
        file = BytesIO(data)
        directory = ImageFileDirectory_v2(file.read(16 if b"+" in data[2:4] else 8))
        file.seek(directory.next)
        directory.load(file)
        return cls.of(directory)

    @classmethod
    def of(cls, tags: ImageFileDirectory_v2) -> Page:
        """What the tags say, or what stands for those that are not there. May raise anything, too."""
        width, height = int(tags.get(_WIDTH, 0)), int(tags.get(_LENGTH, 0))
        tiled = _STRIP_OFFSETS not in tags and _TILE_OFFSETS in tags
        samples, bits = int(tags.get(_SAMPLES, 1)), _integers(tags.get(_BITS, (1,)))
        numbers = _integers(tags.get(_FORMAT, (_UNSIGNED,)))
        if samples < 1 or not bits or not numbers:
            raise ValueError("no samples")
        rows = min(int(tags.get(_ROWS, height)), height)
        return cls(
            order=tags.prefix,
            width=width,
            height=height,
            bits=bits * min(samples, _SAMPLES_AT_MOST) if len(bits) == 1 else bits[:samples],
            numbers=numbers,
            photometric=tags.get(_PHOTOMETRIC, 0),
            extra=tuple(tags.get(_EXTRA, ())),
            compression=int(tags.get(_COMPRESSION, _RAW)),
            fill_order=tags.get(_FILL_ORDER, 1),
            planar=tags.get(_PLANAR, 1) == 2,
            part=(int(tags.get(_TILE_WIDTH, 0)), int(tags.get(_TILE_LENGTH, 0))) if tiled else (width, rows),
            tiled=tiled,
            offsets=_integers(tags.get(_TILE_OFFSETS if tiled else _STRIP_OFFSETS, ())),
            sizes=_integers(tags.get(_TILE_BYTES if tiled else _STRIP_BYTES, ())),
            jpeg_tables=bytes(memoryview(tags.get(_JPEG_TABLES, b""))),  # a number would become as many zeros
        )

    def kind(self) -> str:
        """What the samples are, in words."""
        order = "big-endian " if self.order == b"MM" else ""
        numbers = _NUMBERS.get(self.numbers[0], "samples")
        several = f", {len(self.bits)} a pixel" if len(self.bits) > 1 else ""
        planes = ", plane by plane" if self.mixes_planes() else ""
        return f"{order}{self.bits[0]:d}-bit {numbers}{several}{planes}"

    def key(self) -> tuple[bytes, int, tuple[int], int, tuple[int, ...], tuple[int, ...]]:
        """By what Pillow looks up whether it can read the samples; it reads none of several kinds."""
        numbers = self.numbers[0] if len(set(self.numbers)) == 1 else 0
        return self.order, self.photometric, (numbers,), self.fill_order, self.bits, self.extra

    def mixes_planes(self) -> bool:
        """Whether Pillow would take planes for others than they are.

        It knows what a plane is by one letter: unpacked ones of more than 8 bits, inverted ones and those
        without a letter of their own come out wrong, and of two it loses the second, packed or not.
        """
        letters = OPEN_INFO.get(self.key(), ("", ""))[1]
        return self.planar and (letters in _PAIRS or (self.compression == _RAW and letters not in _LETTERS))

    def check(self) -> None:
        """Raise a Refusal unless strips or tiles cover the page: Pillow leaves the rest black."""
        across, down = self.part
        if across < 1 or down < 1:
            raise Refusal(Reason.CORRUPT, "a TIFF of strips without rows")
        name = "tiles" if self.tiled else "strips"
        if len(self.offsets) < (need := self._count()):
            raise Refusal(Reason.CORRUPT, f"a TIFF with {len(self.offsets)} of its {need} {name}")
        if self.compression != _RAW or self.photometric == YCBCR or len(self.sizes) < need:
            return
        for number, size in enumerate(self.sizes[:need]):
            if 0 < size < self._bytes(number):
                raise Refusal(Reason.CORRUPT, f"a TIFF whose {name} are shorter than its picture")

    def parts(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """Each strip or tile as it is packed, and how many bytes come out of it."""
        count = self._count()
        most = _TOO_WIDE * max(self.width * self.height * sum(self.bits) // 8, 1 << 20)
        if len(self.sizes) < count or self._bytes(0) > most:
            return
        for number in range(count):
            begin = self.offsets[number]
            yield data[begin : begin + self.sizes[number]], self._bytes(number)

    def _count(self) -> int:
        """How many strips or tiles the page has to have."""
        across, down = self.part
        return -(-self.width // across) * -(-self.height // down) * (len(self.bits) if self.planar else 1)

    def _bytes(self, number: int) -> int:
        """How many bytes a strip or tile has, unpacked and not subsampled."""
        across, down = self.part
        if not self.tiled:
            above = number % -(-self.height // down) * down
            down = min(down, self.height - above)
        bits = self.bits[0] if self.planar else sum(self.bits)
        return -(-across * bits // 8) * down


def _integers(values: Iterable[Any]) -> tuple[int, ...]:
    """A tag's values; a directory that is damaged may give fractions or floats for them, which raise."""
    return tuple(map(index, values))
