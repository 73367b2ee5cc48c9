"""A film is the same film in every file that can hold it: its model input is equal to the last bit."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from builders.dicom import LOSSLESS, SYNTAXES, dicom
from builders.pictures import bmp, film, jpeg, patch, png, tiff, webp
from screener.images.decode import decode
from screener.records import Caution, Decoded, DecodeSettings, InputSpec, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
PATCHES = DecodeSettings(InputSpec(96, 96, colour="rgb"), load_task("pcam"))

LOSSY_TOLERANCE = {
    "jpeg": 4, "jpeg-extended": 2, "jpeg-ls-near": 3, "jpeg2000-lossy": 8, "htj2k-lossy": 2,
}  # fmt: skip
"""Grey levels that any pixel of the model's input may be off after a codec that is allowed to lose some."""


def only(data: bytes, settings: DecodeSettings = SETTINGS) -> Decoded:
    (outcome,) = decode(data, settings)
    assert not isinstance(outcome, Refused), outcome
    return outcome


def model_input(data: bytes, settings: DecodeSettings = SETTINGS) -> NDArray[np.uint8]:
    return only(data, settings).model_input


@pytest.mark.parametrize("bits", [8, 10, 12, 15, 16])
@pytest.mark.parametrize("syntax", LOSSLESS)
def test_every_lossless_syntax_gives_the_same_input(syntax: str, bits: int) -> None:
    pixels = film(bits=bits)
    window = {"WindowCenter": 2 ** (bits - 1), "WindowWidth": int(0.8 * 2**bits)}
    for tags in ({}, window):
        plain = model_input(dicom(pixels, "explicit", bits=bits, **tags))
        assert np.array_equal(model_input(dicom(pixels, syntax, bits=bits, **tags)), plain)


@pytest.mark.parametrize("syntax", LOSSLESS)
def test_the_monochrome1_complement_gives_the_same_input(syntax: str) -> None:
    pixels = film(bits=12)
    plain = model_input(dicom(pixels, syntax, bits=12, WindowCenter=2000, WindowWidth=3001))
    complement = dicom(
        4095 - pixels, syntax, bits=12, photometric="MONOCHROME1", WindowCenter=4096 - 2000, WindowWidth=3001
    )
    assert np.array_equal(model_input(complement), plain)
    assert only(complement).applied[-1] == "inverted"


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_a_complement_without_a_window_gives_the_same_input(bits: int) -> None:
    pixels, top = film(bits=bits), 2**bits - 1
    complement = dicom(top - pixels, bits=bits, photometric="MONOCHROME1", PresentationLUTShape="INVERSE")
    assert np.array_equal(model_input(complement), model_input(dicom(pixels, bits=bits)))


@pytest.mark.parametrize(
    "syntax", ["explicit", "big-endian", "rle", "jpeg-lossless-sv1", "jpeg2000", "htj2k"]
)
def test_signed_pixels_give_the_same_input(syntax: str) -> None:
    pixels = film(bits=12)
    signed = dicom((pixels.astype(np.int16) - 2048), syntax, bits=16, RescaleIntercept=2048, RescaleSlope=1)
    assert np.array_equal(model_input(signed), model_input(dicom(pixels, bits=12)))


@pytest.mark.parametrize("maker", [png, tiff, bmp, webp], ids=["png", "tiff", "bmp", "webp"])
def test_an_eight_bit_film_gives_the_same_input_from_dicom_and_from_a_picture(
    maker: Callable[[NDArray[Any]], bytes],
) -> None:
    pixels = film()
    plain = model_input(dicom(pixels))
    assert np.array_equal(model_input(maker(pixels)), plain)
    assert np.array_equal(model_input(maker(np.dstack([pixels] * 3))), plain)


@pytest.mark.parametrize("maker", [png, tiff], ids=["png", "tiff"])
def test_a_deep_film_gives_the_same_input_from_dicom_and_from_a_picture(
    maker: Callable[[NDArray[Any]], bytes],
) -> None:
    pixels = film(bits=16)
    plain = model_input(dicom(pixels))
    assert np.array_equal(model_input(maker(pixels)), plain)
    for wider in (np.int32, np.float32):
        assert np.array_equal(model_input(tiff(pixels.astype(wider))), plain)
    assert np.array_equal(model_input(dicom(pixels.astype(np.float32))), plain)
    assert np.array_equal(model_input(dicom(pixels.astype(np.float64))), plain)
    assert np.array_equal(model_input(dicom(pixels.astype(np.uint32))), plain)


@pytest.mark.parametrize("syntax", LOSSY_TOLERANCE)
def test_lossy_syntaxes_stay_within_the_tolerance(syntax: str) -> None:
    bits = 8 if syntax == "jpeg" else 12
    pixels = film(bits=bits)
    difference = np.abs(
        model_input(dicom(pixels, syntax, bits=bits)).astype(int) - model_input(dicom(pixels, bits=bits))
    )
    assert difference.max() <= LOSSY_TOLERANCE[syntax]
    assert difference.mean() < 1


def test_a_jpeg_is_decoded_alike_inside_and_outside_of_dicom() -> None:
    coded = jpeg(film())
    inside = dicom(film(), "jpeg")
    assert coded in inside
    assert np.array_equal(model_input(inside), model_input(coded))


@pytest.mark.parametrize("syntax", [s for s in SYNTAXES if s in LOSSLESS])
def test_patches_give_the_same_input_in_every_syntax(syntax: str) -> None:
    pixels = patch()
    assert np.array_equal(model_input(dicom(pixels, syntax, Modality="SM"), PATCHES), pixels)
    assert np.array_equal(model_input(png(pixels), PATCHES), pixels)
    assert np.array_equal(model_input(tiff(pixels), PATCHES), pixels)


def test_the_same_bytes_give_the_same_outcome_whatever_came_before() -> None:
    files = [dicom(film(seed=n), "jpeg2000") for n in range(3)]
    alone = [only(data) for data in files]
    again = [only(data) for data in reversed(files)][::-1]
    for first, second in zip(alone, again, strict=True):
        assert np.array_equal(first.model_input, second.model_input)
        assert first.thumbnail == second.thumbnail


@pytest.mark.shared
def test_full_size_films_are_their_twins_of_224_pixels(shared_data: Path) -> None:
    """The 60 twins were published as JPEG of quality 75, and that alone sets them apart from ours.

    Measured: 1.52 grey levels in the mean over all films and pixels, at most 2.00 in the mean of a film;
    saved as such a JPEG, our inputs are the twins to the last bit, all 60.
    """
    means, exact = [], 0
    for path in sorted((shared_data / "cxr-original").rglob("*.jpeg")):
        (twin,) = (shared_data / "cxr" / "train").rglob(path.name)
        full, small = model_input(path.read_bytes()), model_input(twin.read_bytes())
        means.append(np.abs(full.astype(int) - small).mean())
        exact += np.array_equal(model_input(jpeg(np.dstack([full] * 3), quality=75)), small)
    assert len(means) == exact == 60
    assert np.mean(means) < 1.6
    assert max(means) < 2.1


@pytest.mark.shared
def test_real_dicom_films(shared_data: Path) -> None:
    folder = shared_data / "dicom"
    plain = only((folder / "chest" / "rsna_adult_pa.dcm").read_bytes())
    mislabelled = only((folder / "chest" / "mislabelled_monochrome1.dcm").read_bytes())
    # Resampling rounds before and after the inversion, hence the one level.
    assert np.abs(mislabelled.model_input.astype(int) - (255 - plain.model_input.astype(int))).max() <= 1
    assert plain.scope is None
    assert mislabelled.scope is Reason.INVERTED
    assert plain.facts.age_band == "adult"
    assert Caution.ADULT in plain.cautions
    rgb = replace(SETTINGS, input=InputSpec(colour="rgb"))
    assert only((folder / "chest" / "rsna_adult_pa.dcm").read_bytes(), rgb).model_input.shape == (224, 224, 3)
