"""Shorthands for tests that read DICOM files: bytes in, a picture or a refusal out."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from builders.pictures import film
from screener.images.dicom import pictures as reader
from screener.images.refusal import Refusal
from screener.records import DecodeSettings, InputSpec, Picture, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
FILM, FILM_12 = film(70, 90), film(70, 90, bits=12)


def all_of(data: bytes, settings: DecodeSettings = SETTINGS) -> list[Picture | Refused]:
    """What becomes of each frame."""
    return list(reader.pictures(data, settings))


def picture(data: bytes, settings: DecodeSettings = SETTINGS) -> Picture:
    """The one picture of a file that can be read."""
    (found,) = all_of(data, settings)
    assert isinstance(found, Picture), found
    return found


def pixels(data: bytes) -> NDArray[np.uint8]:
    """Its pixels."""
    return picture(data).pixels


def refusal(data: bytes, settings: DecodeSettings = SETTINGS) -> Refused:
    """Why a file, or its one frame, gives no picture."""
    return refusal_of(lambda: all_of(data, settings))


def refusal_of(read: Callable[[], list[Picture | Refused]]) -> Refused:
    """Why `read`, which reads a file of one frame, gives no picture."""
    try:
        (found,) = read()
    except Refusal as refused:
        return refused.refused
    assert isinstance(found, Refused)
    return found
