"""A picture to a model's input: the one function that training and scanning share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from screener.records import InputSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


def prepare(pixels: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    """The model's input, uint8 `spec.height` x `spec.width` x `spec.channels`.

    Args:
        pixels: uint8, H x W (grey) or H x W x 3 (RGB), H and W at least 1.
        spec: the model's input spec.

    A colour picture for a grey model is reduced to luma (ITU-R 601-2) first; a grey picture for a colour
    model is repeated in the three channels. Where the spec looks at the centre alone, all else is cut away
    before the picture is fitted, at whole pixels. The resampling is Pillow's, antialiased: with `squash` and
    `bilinear` it gives the published 224 px chest films from their originals to the last bit.
    """
    import numpy as np

    image, mode = Image.fromarray(pixels), "L" if spec.colour == "grey" else "RGB"
    if image.mode != mode:  # Pillow would copy a large film to turn it into what it is
        image = image.convert(mode)
    if spec.centre < 1:
        image = image.crop(_centre_box(image.size, spec.centre))
    size = (spec.width, spec.height)
    fitted = _FITS[spec.fit](image, size, _FILTERS[spec.interpolation])
    return np.asarray(fitted, np.uint8).reshape(spec.height, spec.width, spec.channels)


def _centre_box(size: tuple[int, int], share: float) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the middle `share` of each side, at least one pixel."""
    width, height = (max(1, round(side * share)) for side in size)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def _squash(image: Image.Image, size: tuple[int, int], resample: Image.Resampling) -> Image.Image:
    return image if image.size == size else image.resize(size, resample)


def _pad(image: Image.Image, size: tuple[int, int], resample: Image.Resampling) -> Image.Image:
    scale = min(size[0] / image.width, size[1] / image.height)
    width, height = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    canvas = Image.new(image.mode, size)
    canvas.paste(image.resize((width, height), resample), ((size[0] - width) // 2, (size[1] - height) // 2))
    return canvas


def _crop(image: Image.Image, size: tuple[int, int], resample: Image.Resampling) -> Image.Image:
    scale = min(image.width / size[0], image.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return image.resize(size, resample, box=(left, top, left + width, top + height))


_FITS = {"squash": _squash, "pad": _pad, "crop": _crop}
