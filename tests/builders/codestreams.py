"""Frames as the codestreams of DICOM's compressed transfer syntaxes, for `builders.dicom`."""

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from openjpeg.utils import encode_array


def encode(patterns: NDArray[Any], syntax: str, bits: int) -> bytes:
    """One frame, unsigned H x W or H x W x 3, in a compressed syntax; baseline JPEG is not here."""
    if syntax == "rle":
        return _rle(patterns)
    if syntax == "jpeg-extended":
        return imagecodecs.jpeg8_encode(patterns, 95, bitspersample=12)
    if syntax.startswith("jpeg-lossless"):
        predictor = 1 if syntax.endswith("sv1") else 6
        space = "RGB" if patterns.ndim == 3 else None
        return imagecodecs.jpeg8_encode(
            patterns,
            lossless=True,
            predictor=predictor,
            bitspersample=bits,
            colorspace=space,
            outcolorspace=space,
        )
    if syntax.startswith("jpeg-ls"):
        return imagecodecs.jpegls_encode(patterns, 2 if syntax.endswith("near") else 0)
    if syntax.startswith("jpeg2000"):
        lossy = {"compression_ratios": [10.0]} if syntax.endswith("lossy") else {}
        kind = 1 if patterns.ndim == 3 else 2
        return bytes(encode_array(patterns, bits, photometric_interpretation=kind, use_mct=False, **lossy))
    return imagecodecs.htj2k_encode(patterns, reversible=not syntax.endswith("lossy"))


def _rle(frame: NDArray[Any]) -> bytes:
    """PS3.5 annex G: each byte of each sample run-length coded for itself, row by row."""
    planes = frame.reshape(*frame.shape[:2], -1)
    segments = []
    for sample in range(planes.shape[2]):
        plane = np.ascontiguousarray(planes[:, :, sample])
        as_bytes = plane.view(np.uint8).reshape(*plane.shape, plane.dtype.itemsize)
        for byte in reversed(range(plane.dtype.itemsize)):
            coded = b"".join(imagecodecs.packbits_encode(row.tobytes()) for row in as_bytes[:, :, byte])
            segments.append(coded + b"\0" * (len(coded) % 2))
    starts = 64 + np.cumsum([0, *map(len, segments)])[:-1]
    header = np.zeros(16, "<u4")
    header[0], header[1 : 1 + len(starts)] = len(segments), starts
    return header.tobytes() + b"".join(segments)
