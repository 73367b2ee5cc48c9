"""Writes the films of screener/images/samples again, with whatever encoders are installed.

python tests/builders/samples.py
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

import numpy as np  # noqa: E402

from builders.dicom import dicom  # noqa: E402
from builders.pictures import bmp, jpeg, png, tiff, webp  # noqa: E402
from screener.images.samples import SAMPLES, ramp  # noqa: E402


def sample(file: str) -> bytes:
    """The bytes of one sample."""
    levels = ramp(8).astype(np.uint8)
    makers = {"jpg": jpeg, "png": png, "tif": tiff, "bmp": bmp, "webp": webp}
    stem, suffix = file.split(".")
    if suffix in makers:
        return makers[suffix](levels)
    bits = {"jpeg": 8, "jpeg-extended": 12}.get(stem, 16)
    stored = levels if bits == 8 else ramp(bits)
    # A window as wide as the values: the ramp is shown as it is.
    window = {"WindowCenter": 1 << (bits - 1), "WindowWidth": 1 << bits} if bits > 8 else {}
    return dicom(stored, stem.replace("native", "explicit"), bits=bits, **window)


if __name__ == "__main__":
    for one in SAMPLES:
        data = sample(one.file)
        one.path.write_bytes(data)
        print(f"{one.file:20} {len(data):5} bytes")
