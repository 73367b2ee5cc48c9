"""The validation pictures again, as a worse scanner, viewer or copyist would have them.

A held-out share of one hospital's films looks like the films learned from; films from elsewhere don't.
Most of the changes here go beyond those of the training's augmentation (contrast, gamma, brightness, noise,
JPEG; equalisation, blur, crop and vignette go about as far), so that what they cost is seen before a
model leaves.
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter, ImageOps

if TYPE_CHECKING:
    from numpy.typing import NDArray

Change = Callable[["NDArray[np.float64]", np.random.Generator], "NDArray[np.float64]"]
"""From grey levels 0..255, H x W x C, to the like; the generator is the picture's own."""


def stress(pixels: "NDArray[np.uint8]", seed: int) -> "NDArray[np.uint8]":
    """Each picture under one change of its grey levels and one of its quality, in turn.

    Args:
        pixels: uint8, N x H x W x C.
        seed: of the draws; the same seed gives the same pictures.

    Returns:
        uint8, as `pixels`.
    """
    # Shuffled, so that a change does not fall on one class or one stretch of names.
    turns = np.random.default_rng(seed).permutation(len(pixels))
    result = np.empty_like(pixels)
    for index, turn in enumerate(turns):
        generator = np.random.default_rng((seed, index))
        level = LEVELS[turn % len(LEVELS)]
        quality = QUALITY[turn // len(LEVELS) % len(QUALITY)]
        levels = np.clip(level(pixels[index].astype(np.float64), generator), 0, 255)
        result[index] = _to_uint8(quality(levels, generator))
    return result


def flat(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Contrast pressed to a third about mid grey."""
    return 128 + (levels - 128) * 0.35


def hard(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Contrast more than doubled about the picture's mean, ends cut off."""
    mean = float(levels.mean())
    return mean + (levels - mean) * 2.2


def dark(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Gamma 2.5."""
    return 255 * (levels / 255) ** 2.5


def bright(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Gamma 0.4."""
    return 255 * (levels / 255) ** 0.4


def shifted(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """60 grey levels up or down, ends cut off."""
    return levels + (60.0 if generator.random() < 0.5 else -60.0)


def equalised(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Its histogram made flat."""
    return _levels(ImageOps.equalize(_image(levels)))


def windowed(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """The 8th and 92nd percentiles made black and white."""
    low, high = (float(level) for level in np.percentile(levels, (8, 92)))
    return (levels - low) * 255 / max(high - low, 1)


def kept(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """As it is."""
    return levels


def blurred(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Gaussian blur with a sigma of 1 % of the side."""
    radius = 0.01 * levels.shape[0]
    return _levels(_image(levels).filter(ImageFilter.GaussianBlur(radius)))


def noisy(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Gaussian noise with a standard deviation of 20 grey levels."""
    return levels + generator.normal(0, 20, levels.shape)


def compressed(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """JPEG of quality 8."""
    buffer = io.BytesIO()
    _image(levels).save(buffer, "JPEG", quality=8)
    return _levels(Image.open(buffer, formats=("JPEG",)))


def cropped(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """A window of 78 % of each side at a drawn place, enlarged."""
    height, width = levels.shape[:2]
    left, top = generator.uniform(0, 0.22, 2) * (width, height)
    box = (left, top, left + 0.78 * width, top + 0.78 * height)
    image = _image(levels).resize((width, height), Image.Resampling.BILINEAR, box=box)
    return _levels(image)


def coarse(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Shrunk to a third and enlarged without smoothing, as a careless copy is."""
    height, width = levels.shape[:2]
    small = _image(levels).resize((max(1, width // 3), max(1, height // 3)), Image.Resampling.BILINEAR)
    return _levels(small.resize((width, height), Image.Resampling.NEAREST))


def vignetted(levels: "NDArray[np.float64]", generator: np.random.Generator) -> "NDArray[np.float64]":
    """Darkened towards its corners to under a half, as a photograph of a light box is."""
    height, width = levels.shape[:2]
    rows = np.linspace(-1, 1, height)[:, None, None] ** 2
    columns = np.linspace(-1, 1, width)[None, :, None] ** 2
    return levels * (1 - 0.3 * (rows + columns))


LEVELS: tuple[Change, ...] = (flat, hard, dark, bright, shifted, equalised, windowed)
QUALITY: tuple[Change, ...] = (kept, blurred, noisy, compressed, cropped, coarse, vignetted)


def _to_uint8(levels: "NDArray[np.float64]") -> "NDArray[np.uint8]":
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8)


def _image(levels: "NDArray[np.float64]") -> Image.Image:
    return Image.fromarray(_to_uint8(levels).squeeze())


def _levels(image: Image.Image) -> "NDArray[np.float64]":
    levels = np.asarray(image, np.float64)
    return levels if levels.ndim == 3 else levels[:, :, None]
