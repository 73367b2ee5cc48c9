"""From a row back to its film, and from the film's bytes to pixels at full size."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screener.errors import UsageError
from screener.images import dicom, raster
from screener.images.find import find
from screener.images.refusal import Refusal
from screener.images.sniff import HEAD_BYTES, sniff
from screener.records import Decoded, DecodeSettings, Picture, Reason, Refused, Source

LONGEST = 6000
"""Pixels on a shown film's longer side at most; a larger one is reduced, or moving it about would stutter."""

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


def _below(root: str, key: bytes, name: str) -> Source | None:
    path = Path(root, os.fsdecode(key))
    if path.is_file():
        return Source(path, name, key, "")
    end = key.lower().find(_ZIP)
    while end >= 0:
        cut = end + len(_ZIP)
        archive = Path(root, os.fsdecode(key[: cut - 1]))
        if archive.is_file():
            return Source(archive, name, key, "", key[cut:].decode("utf-8", "surrogateescape"))
        end = key.lower().find(_ZIP, cut)
    return None


def decode_film(data: bytes, settings: DecodeSettings, wanted: int = 0) -> Iterator[Decoded | Refused]:
    """One outcome: a film's pixels as its `model_input`, H x W or H x W x 3, uint8; or why there are none.

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


def _shown(picture: Picture) -> Decoded:
    return Decoded(_bounded(picture.pixels), b"", picture.facts, picture.applied, picture.cautions)


def _bounded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = Image.fromarray(pixels)
    if max(image.size) > LONGEST:
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(image)
