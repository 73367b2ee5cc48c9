"""From a file's bytes to what a model and a row need: the pure function that decode workers map."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screener.images import archive
from screener.images.dicom import pictures as dicom
from screener.images.judging.scope import cautions_for, scope_of_picture
from screener.images.prepare import prepare
from screener.images.raster import pictures as raster
from screener.images.refusal import Refusal, unread
from screener.images.sniff import HEAD_BYTES, other_kind, sniff
from screener.records import Decoded, DecodeSettings, Limits, Picture, Reason, Refused, Source

_THUMBNAIL_QUALITY = 80

_SPARE = 5
"""How many times the model's input a JPEG must still be after it was decoded at a reduced size."""


def decode(data: bytes, settings: DecodeSettings) -> Iterator[Decoded | Refused]:
    """One outcome a frame: the model's input, or why there is none.

    Args:
        data: a whole file.
        settings: the model's input spec, the task, the limits and what else is wanted.

    The same bytes and settings give the same outcomes, in any process and order. Nothing but a fault of
    this program leaves as an exception: bytes that can't be read, and memory that isn't there, are
    outcomes. A frame is decoded when it is asked for.
    """
    try:
        for picture in pictures(data, settings):
            yield picture if isinstance(picture, Refused) else _finished(picture, settings)
    except MemoryError:
        yield Refused(Reason.OUT_OF_MEMORY)


def pictures(data: bytes, settings: DecodeSettings) -> Iterator[Picture | Refused]:
    """The first half of `decode`: one outcome a frame, its picture before `prepare`, or why there is none.

    A JPEG far larger than the model's input is decoded at a reduced size.
    """
    try:
        yield from _pictures(data, settings)
    except Refusal as refusal:
        yield refusal.refused
    except MemoryError:
        yield Refused(Reason.OUT_OF_MEMORY)


def read_bytes(source: Source, limits: Limits) -> bytes | Refused:
    """The file's bytes (a zip member's own), or why they can't be had.

    Args:
        source: as `find` gave it.
        limits: `file_bytes` is the most that are read; a larger file is named too large only if its
            first bytes are a picture's, for otherwise its size is not what is wrong with it.
    """
    try:
        if source.member is not None:
            return archive.read_member(source.path, source.member, limits.file_bytes)
        return _read(os.fspath(source.path), limits.file_bytes)
    except OSError as error:
        return unread(error)
    except MemoryError:
        return Refused(Reason.OUT_OF_MEMORY)


def _read(path: str, limit: int) -> bytes | Refused:
    # What was a file when the folder was listed may be a pipe by now: without O_NONBLOCK, opening it hangs.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            return Refused(Reason.NOT_AN_IMAGE, "a device, a pipe or a socket")
        if found.st_size > limit:
            if sniff(head := file.read(HEAD_BYTES)) is None:
                return Refused(Reason.NOT_AN_IMAGE, other_kind(head))
            return Refused(Reason.TOO_MANY_BYTES, f"{found.st_size} bytes")
        # Not `limit` at once: Python reserves what it is asked for, and a worker's memory is capped.
        data = file.read(found.st_size + 1)
        if len(data) > found.st_size:
            data += file.read(limit + 1 - len(data))
    if not data:
        return Refused(Reason.EMPTY_FILE)
    return data if len(data) <= limit else Refused(Reason.TOO_MANY_BYTES, "it grew while it was read")


def _pictures(data: bytes, settings: DecodeSettings) -> Iterator[Picture | Refused]:
    kind = sniff(data[:HEAD_BYTES])
    if kind is None:
        raise Refusal(Reason.NOT_AN_IMAGE, other_kind(data)) if data else Refusal(Reason.EMPTY_FILE)
    if kind == "zip":
        raise Refusal(Reason.NOT_AN_IMAGE, "an archive inside an archive is not opened")
    if kind == "dicom":
        return dicom.pictures(data, settings)
    return raster.pictures(data, kind, settings, _least_side(settings))


def _least_side(settings: DecodeSettings) -> int:
    """Pixels a side that a picture must keep: then its reduction to the model's input hides what it lost.

    At five times the input, no pixel of it differs by more than one grey level from the whole JPEG's, and
    the mean by 0.08 (60 films of 2,500 x 2,048 for 160 x 160, halved).
    """
    return max(_SPARE * settings.input.width, _SPARE * settings.input.height, 2 * settings.thumbnail)


def _finished(picture: Picture, settings: DecodeSettings) -> Decoded:
    verdict = scope_of_picture(picture, settings) if settings.gate else None
    return Decoded(
        model_input=prepare(picture.pixels, settings.input),
        thumbnail=thumbnail(picture.pixels, settings.thumbnail) if settings.thumbnail else b"",
        facts=picture.facts,
        applied=picture.applied,
        cautions=(*picture.cautions, *cautions_for(picture.facts, settings)),
        scope=verdict[0] if verdict else None,
        scope_detail=verdict[1] if verdict else "",
    )


def thumbnail(pixels: NDArray[np.uint8], side: int) -> bytes:
    """The picture as a JPEG of at most `side` pixels on its longer side."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    file = BytesIO()
    image.save(file, "JPEG", quality=_THUMBNAIL_QUALITY)
    return file.getvalue()
