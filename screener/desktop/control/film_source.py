"""From a row back to its film, and from the film's bytes to pixels at full size."""

# Unlike pathlib's, os.path.isfile raises nothing where a share is not to be looked into.
# ruff: noqa: PTH113

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screener.errors import UsageError
from screener.images.dicom import pictures as dicom
from screener.images.finding.find import find
from screener.images.finding.names import text_of
from screener.images.raster import pictures as raster
from screener.images.refusal import Refusal
from screener.images.sniff import HEAD_BYTES, sniff
from screener.records import Decoded, DecodeSettings, InputSpec, Picture, Reason, Refused, Source

LONGEST = 6000
"""Pixels on a shown film's longer side at most; a larger one is reduced, or moving it about would stutter."""

SPEC = InputSpec(width=1, height=1)
"""What a film's worker is told that the model reads: there is no model."""

_UP = 3
"""How many folders above a scan's results, and above its films, the one may lie that was moved with both."""

_SHAPE = struct.Struct("<III")
_ZIP = b".zip/"


def locate(key: bytes, name: str, root: str, inputs: Sequence[str]) -> Source | None:
    """Where the film of a row lies, or None where it is not to be found.

    Args:
        key: the row's.
        name: the row's.
        root: the folder that keys are relative to; "" if there is none.
        inputs: what was scanned; walked again only where `root` does not lead there.
    """
    if root and (source := _below(root, key, name)) is not None:
        return source
    try:
        return next((source for source, _ in find(inputs) if source.key == key), None)
    except UsageError:
        return None


def moved(key: bytes, name: str, root: str, results: Path, tried: Source | None = None) -> Iterator[Source]:
    """Where the film of a row may lie that was moved together with its results. Only its bytes can tell.

    Args:
        key: the row's.
        name: the row's.
        root: see `locate`; of whatever system.
        results: the scan's folder, where it lies now.
        tried: where it was looked for in vain, if anywhere.
    """
    if not root:
        return
    folders = [part for part in re.split(r"[/\\]", root) if part and not part.endswith(":")]
    seen = {(tried.path, tried.member)} if tried is not None else set()
    for base in (results, *results.parents[:_UP]):
        for cut in range(max(0, len(folders) - _UP), len(folders) + 1):
            source = _below(str(base.joinpath(*folders[cut:])), key, name)
            if source is not None and (source.path, source.member) not in seen:
                seen.add((source.path, source.member))
                yield source


def _below(root: str, key: bytes, name: str) -> Source | None:
    path = Path(root, _name_of(key))
    if os.path.isfile(path):
        return Source(path, name, key, "")
    end = key.lower().find(_ZIP)
    while end >= 0:
        cut = end + len(_ZIP)
        archive = Path(root, _name_of(key[: cut - 1]))
        if os.path.isfile(archive):
            return Source(archive, name, key, "", key[cut:].decode("utf-8", "surrogateescape"))
        end = key.lower().find(_ZIP, cut)
    return None


def _name_of(key: bytes) -> str:
    try:
        return os.fsdecode(key)
    except UnicodeDecodeError:  # Windows, of a name from another system or out of a zip
        return text_of(key)


def decode_film(data: bytes, settings: DecodeSettings, wanted: int = 0) -> Iterator[Decoded | Refused]:
    """One outcome: a film whose `thumbnail` is all of it, for `unpack_pixels`; or why there is none.

    It has no model's input to speak of: that is one pixel, as `SPEC` says.

    Args:
        data: the whole file.
        settings: the limits, and the percentiles for films without a window.
        wanted: the frame's number from 1; 0 for the only one.

    It runs in a decode worker, as a scan's decoding does.
    """
    try:
        for number, picture in enumerate(_pictures(data, settings), start=1):
            if wanted in (0, number):
                yield picture if isinstance(picture, Refused) else _shown(picture)
                return
    except Refusal as refusal:
        yield refusal.refused
    except MemoryError:
        yield Refused(Reason.OUT_OF_MEMORY)


def _pictures(data: bytes, settings: DecodeSettings) -> Iterator[Picture | Refused]:
    kind = sniff(data[:HEAD_BYTES])
    if kind is None or kind == "zip":
        raise Refusal(Reason.NOT_AN_IMAGE)
    return dicom.pictures(data, settings) if kind == "dicom" else raster.pictures(data, kind, settings)


def unpack_pixels(data: bytes) -> NDArray[np.uint8]:
    """The pixels, uint8, H x W or H x W x 3, of what `decode_film` gave.

    Raises:
        ValueError: the bytes are none of its.
    """
    if len(data) < _SHAPE.size:
        raise ValueError("too short")
    height, width, samples = _SHAPE.unpack_from(data)
    if not (0 < height <= LONGEST and 0 < width <= LONGEST and samples in (1, 3)):
        raise ValueError("no film has that shape")
    pixels = np.frombuffer(data, np.uint8, offset=_SHAPE.size)
    return pixels.reshape((height, width) if samples == 1 else (height, width, samples))


def _shown(picture: Picture) -> Decoded:
    pixels = _bounded(picture.pixels)
    shape = _SHAPE.pack(*pixels.shape[:2], 3 if pixels.ndim == 3 else 1)
    nothing = np.zeros((SPEC.height, SPEC.width, SPEC.channels), np.uint8)
    return Decoded(nothing, shape + pixels.tobytes(), picture.facts, picture.applied, picture.cautions)


def _bounded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = Image.fromarray(pixels)
    if max(image.size) > LONGEST:
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(image)
