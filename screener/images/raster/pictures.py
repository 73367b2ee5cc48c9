"""JPEG, PNG, TIFF, BMP and WebP to pictures, with Pillow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The plug-ins are used by name: a frozen program carries them, and no other format can be opened.
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from screener.images.grey_steps import Chain
from screener.images.greyscale import render
from screener.images.jpeg.codestream import read_jpeg
from screener.images.jpeg.whole import feed
from screener.images.raster import png, tiff
from screener.images.refusal import Refusal, foreign
from screener.records import DecodeSettings, Facts, Picture, Reason, Refused

_PLUGINS: dict[str, type[ImageFile]] = {
    "jpeg": JpegImageFile,
    "png": PngImageFile,
    "tiff": TiffImageFile,
    "bmp": BmpImageFile,
    "webp": WebPImageFile,
}

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation (Exif 2.32 section 4.6.4)."""

_WIDE = {"I;16": 16, "I;16L": 16, "I;16B": 16, "I;16N": 16, "I": 32, "F": 0}
"""Pillow's grey modes of more than 8 bits, and the bits that `Chain` is told."""


def pictures(data: bytes, kind: str, settings: DecodeSettings, least: int = 0) -> Iterator[Picture | Refused]:
    """The picture in the file, or one for each page of a TIFF; of an animation the first only.

    Args:
        data: the whole file.
        kind: what `sniff` says of it, one of `jpeg`, `png`, `tiff`, `bmp` and `webp`.
        settings: the limits, and the percentiles for films of more than 8 bits.
        least: pixels that suffice on either side. A JPEG that keeps so many is decoded at 1/2, 1/4 or 1/8
            of its size, from the coarser part of its cosines; 0 for full size.

    Sizes are checked against the limits, and against Pillow's own of 89 million pixels, before anything is
    decoded. Transparent pixels become black.

    Raises:
        Refusal: the file as a whole can't be opened.
    """
    if kind == "jpeg":
        stream = read_jpeg(data)
        if stream.process == "jpeg-ls" or stream.precision != 8:
            name = "JPEG-LS" if stream.process == "jpeg-ls" else "JPEG"
            raise Refusal(Reason.UNSUPPORTED, f"a {name} of {stream.precision} bits outside of DICOM")
    try:
        with foreign(f"{kind.upper()} header"):
            image = _PLUGINS[kind](BytesIO(data))
    except Refusal as refusal:
        raise (tiff.in_words(refusal, data) if kind == "tiff" else refusal) from None
    if kind == "png":
        png.check_chunks(data)
    limit = settings.limits.frames
    pages, broken = tiff.pages(image, limit) if isinstance(image, TiffImageFile) else ([0], None)
    for page in pages:
        try:
            if broken is not None:  # what Pillow read of that page is in the picture it holds
                with foreign("TIFF header"):
                    image = _PLUGINS[kind](BytesIO(data))
            yield _picture(image, page, len(pages), kind, settings, least, data)
        except Refusal as refusal:
            yield refusal.refused
    if broken is not None:
        yield broken


def _picture(
    image: ImageFile, page: int, pages: int, kind: str, settings: DecodeSettings, least: int, data: bytes
) -> Picture:
    with foreign(f"{kind.upper()} page"):
        if kind == "tiff":
            image.seek(page)
        mode, (width, height), bands = image.mode, image.size, len(image.getbands())
    if kind == "png" and png.is_deep_grey(data):
        mode = "I;16"  # of which Pillow knows nothing
    bits = _WIDE.get(mode, 8) or 32
    facts = Facts(kind, width, height, 1 if mode == "1" else bits, pages)
    if width * height * bands > settings.limits.pixels or width * height > (
        Image.MAX_IMAGE_PIXELS or math.inf
    ):
        raise Refusal(Reason.TOO_MANY_PIXELS, f"{width} x {height} x {bands}", facts)
    try:
        pixels, inverted = _pixels(image, data, mode in _WIDE, least)
    except Refusal as refusal:
        refusal.refused = replace(refusal.refused, facts=facts)
        raise
    if mode not in _WIDE:
        return Picture(pixels, facts)
    chain = Chain(_WIDE[mode], pixels.dtype.kind == "i", inverted=inverted)
    grey = render(
        pixels if mode in ("I", "F") else pixels.astype(np.uint16), chain, settings.input.percentiles
    )
    return Picture(grey.pixels, facts, grey.applied, grey.cautions)


def _pixels(image: ImageFile, data: bytes, wide: bool, least: int) -> tuple[NDArray[Any], bool]:
    """The pixels as they are to be seen, of 8 bits unless `wide`, and whether white is 0 in wide ones."""
    if isinstance(image, TiffImageFile):
        tiff.prepare(image, data)
    fed = feed(image, data) if isinstance(image, JpegImageFile) else None
    is_png = isinstance(image, PngImageFile)
    copied = png.whole(data) if is_png else b""
    deep = png.deep_grey(data) if is_png and png.is_deep_grey(data) else None
    with foreign(f"{image.format} picture"):
        if is_png:
            image = PngImageFile(BytesIO(copied))
        turn = _TURNS.get(_orientation(image))
        if least:
            image.draft(None, (least, least))  # only the JPEG plug-in heeds it
        image.load()
        if is_png and isinstance(clear := image.info.get("transparency"), int):
            image.info["transparency"] = clear * png.grey_scale(data)
        shown: Image.Image = image if deep is None else Image.fromarray(deep)
        if turn is not None and not isinstance(image, TiffImageFile):  # which Pillow turns while loading
            shown = shown.transpose(turn)
        pixels = np.asarray(shown if wide else _eight_bits(shown))
    if fed is not None:
        fed.check()
    if isinstance(image, TiffImageFile):
        return tiff.as_stored(image, pixels), tiff.white_is_zero(image)
    return pixels, False


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where the file has none, or none that can be read."""
    try:
        with foreign("EXIF"):
            found = image.getexif().get(_ORIENTATION, 1)
    except Refusal:
        return 1
    return found if isinstance(found, int) else 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """L or RGB, whatever mode the file is in."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    if image.mode == "1":
        grey = image.convert("L")
        grey.info = dict(image.info)
        return _eight_bits(grey)
    if image.mode == "La":  # weighed by how much of it there is, which is what it looks like on black
        return image.getchannel("L")
    if image.mode in ("LA", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        flat = Image.new("RGBA", clear.size, (0, 0, 0, 255))
        flat.alpha_composite(clear)
        return flat.convert("L" if image.mode in ("LA", "L") else "RGB")
    return image.convert("RGB")
