"""A DICOM film as one would read it: pydicom's own chain, a stretch to eight bits; no checks."""

from io import BytesIO

import numpy as np
from PIL import Image
from pydicom import dcmread
from pydicom.pixels import apply_modality_lut, apply_voi_lut


def read(data: bytes) -> Image.Image:
    """The film in grey, at its own size."""
    film = dcmread(BytesIO(data))
    levels = apply_voi_lut(apply_modality_lut(film.pixel_array, film), film).astype(np.float64)
    if film.PhotometricInterpretation == "MONOCHROME1":
        levels = levels.max() - levels
    levels -= levels.min()
    return Image.fromarray((levels / levels.max() * 255).astype(np.uint8))
