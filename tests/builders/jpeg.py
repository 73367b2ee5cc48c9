"""JPEG files harmed as copies and disks harm them, and JPEGs in every form that a writer may choose."""

import io
from collections.abc import Callable
from random import Random
from typing import Any

from numpy.typing import NDArray
from PIL import Image

FORMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "low": {"quality": 10},
    "best": {"quality": 100},
    "optimised": {"optimize": True},
    "restarts": {"restart_marker_blocks": 3},
    "rows": {"restart_marker_rows": 1},
    "full colours": {"subsampling": 0},
    "half colours": {"subsampling": 2},
    "progressive": {"progressive": True},
    "thumbnail": {
        "exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0\xff\xd8\xff\xda\0\x08\x01\x01\0\0?\0\xff\xd9"
    },
}
"""What Pillow is told, by a short name."""


def forms(pixels: NDArray[Any], mode: str = "L") -> dict[str, bytes]:
    """The picture in each of FORMS, in Pillow's mode, and as other writers end a file."""
    image = Image.fromarray(pixels).convert(mode)
    plain = _saved(image)
    progressive = _saved(image, progressive=True)
    return {name: _saved(image, **options) for name, options in FORMS.items()} | {
        "rubbish after": plain + Random(0).randbytes(3000),
        "zeros after": plain + b"\0" * 3000,
        "another after": plain + _saved(image, quality=30),
        "filled up": plain[:-2] + b"\xff" * 17 + b"\xff\xd9",
        "scans filled up": progressive.replace(b"\xff\xda", b"\xff\xff\xff\xda"),
        "padded": plain[:-2] + b"\0" * 12 + b"\xff\xd9",
        "lines told again": plain[:-2] + b"\xff\xdc\0\x04" + image.height.to_bytes(2, "big") + b"\xff\xd9",
    }


def _saved(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 95} | options)
    return file.getvalue()


HARMS: dict[str, Callable[[bytes, int], bytes]] = {
    "cut": lambda data, at: data[:at],
    "cut, ended": lambda data, at: data[:at] + b"\xff\xd9",
    "zeros to the end": lambda data, at: data[:at] + b"\0" * (len(data) - at),
    "zeros, ended": lambda data, at: data[:at] + b"\0" * (len(data) - at - 2) + b"\xff\xd9",
    "hole of zeros": lambda data, at: data[:at] + b"\0" * 4096 + data[at + 4096 :],
    "hole of noise": lambda data, at: data[:at] + Random(at).randbytes(4096) + data[at + 4096 :],
    "piece missing": lambda data, at: data[:at] + data[at + 4096 :],
    "piece twice": lambda data, at: data[:at] + data[at - 4096 :],
    "begins again": lambda data, at: data[:at] + data,
}
"""What happens to a file at a place in it: by the fault's name."""
