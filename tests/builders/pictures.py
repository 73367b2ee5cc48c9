"""A chest-like picture and a slide-like patch, and either as a file of a common kind.

    png(film()), jpeg(film()), tiff(film())
    zipped({"a/film.png": png(film())})

Nothing here is real: no test of the ordinary run needs a patient's film.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def film(height: int = 320, width: int = 280, bits: int = 8, seed: int = 0) -> NDArray[Any]:
    """A picture with the broad light and dark of a frontal chest film, H x W, uint8 or uint16 of `bits`.

    Dark corners, bright shoulders, spine and belly, two dark lungs crossed by ribs, and a little grain:
    enough for every check of grey levels; nothing that a model has ever learnt.
    """
    y, x = np.mgrid[0:height, 0:width]
    y, x = y / height, x / width
    body = 1 / (1 + np.exp(-(0.52 - np.abs(x - 0.5) - 0.25 * np.exp(-8 * y)) * 18))
    light = 0.72 * body
    for centre in (0.29, 0.71):
        lung = np.exp(-(((x - centre) / 0.15) ** 4) - ((y - 0.45) / 0.32) ** 4)
        light -= lung * (0.42 + 0.06 * np.sin(y * 60 + 9 * (x - centre)))
    light += 0.18 * np.exp(-(((x - 0.5) / 0.07) ** 2)) + 0.12 * np.exp(-(((y - 0.95) / 0.15) ** 2)) * body
    light += np.random.default_rng(seed).normal(0, 0.012, light.shape)
    top = (1 << bits) - 1
    return np.round(np.clip(light, 0, 1) * top).astype(np.uint8 if bits <= 8 else np.uint16)


def patch(side: int = 96, seed: int = 0) -> NDArray[np.uint8]:
    """A picture with the pinks and violets of an H&E patch, side x side x 3, RGB."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side]
    picture = np.empty((side, side, 3))
    picture[:] = (226, 170, 205)
    for _ in range(side // 3):
        cy, cx, r = random.uniform(0, side), random.uniform(0, side), random.uniform(2, 5)
        picture[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = (96, 60, 140)
    picture += random.normal(0, 6, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def png(pixels: NDArray[Any], **options: Any) -> bytes:
    """A PNG: L, RGB, or 16-bit grey, by the array's type and shape."""
    return _saved(pixels, "PNG", **options)


def jpeg(pixels: NDArray[Any], quality: int = 95, **options: Any) -> bytes:
    """A baseline JPEG."""
    return _saved(pixels, "JPEG", quality=quality, **options)


def tiff(pixels: NDArray[Any] | Sequence[NDArray[Any]], **options: Any) -> bytes:
    """A TIFF; of several pages, given several arrays."""
    if isinstance(pixels, np.ndarray):
        return _saved(pixels, "TIFF", **options)
    first, *others = [Image.fromarray(page) for page in pixels]
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, **options)
    return file.getvalue()


def bmp(pixels: NDArray[Any]) -> bytes:
    """A Windows bitmap."""
    return _saved(pixels, "BMP")


def webp(pixels: NDArray[Any]) -> bytes:
    """A lossless WebP."""
    return _saved(pixels, "WEBP", lossless=True)


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the named members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def _saved(pixels: NDArray[Any], kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()
