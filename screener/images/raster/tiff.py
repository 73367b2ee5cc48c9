"""What Pillow does not say of a TIFF, what it reads wrongly, and what it does not verify."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ImagePalette
from PIL.TiffImagePlugin import COMPRESSION_INFO, OPEN_INFO, TiffImageFile

from screener.images.jpeg.codestream import read_jpeg
from screener.images.jpeg.whole import check as check_jpeg
from screener.images.raster.deflate import unpacked
from screener.images.raster.tiff_page import YCBCR, Page
from screener.images.refusal import Refusal, foreign
from screener.records import Reason, Refused

_SUBFILE, _BITS, _PHOTOMETRIC, _COLOUR_MAP, _FORMAT = 254, 258, 262, 320, 339
_WHITE_IS_ZERO = 0
_UNSIGNED, _SIGNED = 1, 2
_JPEG, _DEFLATE, _PACKBITS, _WEBP = 7, (8, 32946), 32773, 50001
_REDUCED_OR_MASK = 0b101
"""Bits of NewSubfileType: a smaller copy of another page, and a mask of its transparency."""


def in_words(refusal: Refusal, data: bytes) -> Refusal:
    """Why Pillow can't open a TIFF: by what it doesn't know, where that is why."""
    if data[:4] == b"MM\0+":
        return Refusal(Reason.UNSUPPORTED, "a big-endian BigTIFF")
    with foreign("TIFF header"):
        page = Page.first(data)
    if page.compression not in COMPRESSION_INFO:
        return Refusal(Reason.UNSUPPORTED, f"TIFF compression {page.compression:d}")
    if page.mixes_planes():
        return Refusal(Reason.UNSUPPORTED, f"a TIFF of {page.kind()}")
    if refusal.refused.reason is not Reason.UNSUPPORTED:
        return refusal
    if page.key() in OPEN_INFO:  # then it is not its kind that Pillow can't read
        return Refusal(Reason.CORRUPT, "a TIFF whose directory makes no sense")
    return Refusal(Reason.UNSUPPORTED, f"a TIFF of {page.kind()}")


def pages(image: TiffImageFile, limit: int) -> tuple[list[int], Refused | None]:
    """Which pages of a TIFF are films, and why there are no more, where one is broken.

    Smaller copies and masks of other pages are none, unless there is nothing else.

    Raises:
        Refusal: more than `limit`, or the first is broken.
    """
    found: list[int] = []
    others: list[int] = []
    broken = None
    for page in range(limit + 2):
        if page > limit:
            raise Refusal(Reason.TOO_MANY_PIXELS, f"more than {limit} pages")
        try:
            with foreign("TIFF directory"):
                if not _seek(image, page):
                    break
                kind = image.tag_v2.get(_SUBFILE, 0)
        except Refusal as refusal:
            # A broken page ends the file, but what came before it can be read.
            if page == 0:
                raise
            broken = refusal.refused
            break
        (others if isinstance(kind, int) and kind & _REDUCED_OR_MASK else found).append(page)
    return found or others, broken


def _seek(image: TiffImageFile, page: int) -> bool:
    try:
        image.seek(page)
    except EOFError:
        return False
    return True


def prepare(image: TiffImageFile, data: bytes) -> None:
    """Make sure that Pillow will read the page that the image is at as it is stored.

    Raises:
        Refusal: it would not, or what is stored is not the whole page.
    """
    with foreign("TIFF page"):
        page = Page.of(image.tag_v2)
    if page.compression == _WEBP:  # for which Pillow's libtiff is not built
        raise Refusal(Reason.UNSUPPORTED, "a TIFF of WebP pictures")
    if page.mixes_planes():
        raise Refusal(Reason.UNSUPPORTED, f"a TIFF of {page.kind()}")
    page.check()
    if page.compression in _DEFLATE and page.fill_order == 1:
        for part, need in page.parts(data):
            unpacked(part, need, "TIFF")
    elif page.compression == _PACKBITS and page.fill_order == 1 and page.photometric != YCBCR:
        _check_packbits(page, data)
    elif page.compression == _JPEG:
        for part, _ in page.parts(data):
            _check_jpeg(page, part)
    levels = image.tag_v2.get(_COLOUR_MAP, ())
    # They should reach to 65535; to write bytes is a common fault.
    if image.mode in ("P", "PA") and levels and 0 <= min(levels) <= max(levels) <= 0xFF:
        image.palette = ImagePalette.raw("RGB;L", bytes(levels))


def as_stored(image: TiffImageFile, pixels: NDArray[Any]) -> NDArray[Any]:
    """The samples that a page really has, from those that Pillow made of them."""
    numbers = image.tag_v2.get(_FORMAT, (_UNSIGNED,))[0]
    stored = pixels
    if image.mode == "I" and numbers == _UNSIGNED:  # as which Pillow has no mode
        stored = pixels.view(np.uint32)
    elif image.mode in ("I", "F"):
        own = sys.byteorder == ("little" if image.tag_v2.prefix == b"II" else "big")
        if image.use_load_libtiff and not own:  # Pillow swaps again what libtiff has swapped
            kind = np.dtype(np.int16) if image.tag_v2.get(_BITS, (0,))[0] == 16 else pixels.dtype
            stored = pixels.astype(kind).byteswap().astype(pixels.dtype)
    elif numbers == _SIGNED and pixels.dtype == np.uint8:
        stored = np.bitwise_xor(pixels, np.uint8(0x80))
    return stored


def white_is_zero(image: TiffImageFile) -> bool:
    """Whether a page of more than 8 bits stores white as 0; those of 8 bits Pillow turns by itself."""
    return bool(image.tag_v2.get(_PHOTOMETRIC, 1) == _WHITE_IS_ZERO)


def _check_packbits(page: Page, data: bytes) -> None:
    """Raise a Refusal where a strip or tile holds more than its rows: libtiff passes over what damage adds.

    The last strip may be filled up to the rows of the others.
    """
    import imagecodecs

    full = 0
    for part, need in page.parts(data):
        full = max(full, need)
        with foreign("TIFF strip"):
            count = len(imagecodecs.packbits_decode(part, out=bytearray(full)))
        if count not in (need, full):
            raise Refusal(Reason.CORRUPT, "a TIFF whose packed data are damaged")


def _check_jpeg(page: Page, part: bytes) -> None:
    """Raise a Refusal unless a strip or tile is whole: libtiff, too, goes on where libjpeg warns."""
    if part[:2] != b"\xff\xd8":
        return  # libtiff will say so
    whole = part[:2] + page.jpeg_tables[2:-2] + part[2:]
    stream = read_jpeg(whole)
    inside = stream.width <= page.part[0] and stream.height <= page.part[1]
    if stream.precision == 8 and inside:
        check_jpeg(whole)
