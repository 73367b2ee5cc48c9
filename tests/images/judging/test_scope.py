"""What is out of scope by its tags or its grey levels, and that real films are in."""

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from builders.dicom import dicom
from builders.pictures import film, jpeg, patch, png
from screener.images.decode import decode
from screener.images.judging.greylevels import grey_levels
from screener.records import Caution, Decoded, DecodeSettings, InputSpec, Reason, Refused
from screener.tasks.load import load_task

FILMS = DecodeSettings(InputSpec(), load_task("pneumonia"))
PATCHES = DecodeSettings(InputSpec(96, 96, colour="rgb"), load_task("pcam"))


def scope(data: bytes, settings: DecodeSettings = FILMS) -> tuple[Reason | None, str]:
    (outcome,) = decode(data, settings)
    assert isinstance(outcome, Decoded), outcome
    return outcome.scope, outcome.scope_detail


def noise(smooth: float = 0) -> NDArray[np.uint8]:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 300)).astype(np.uint8)
    blurred = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(smooth)), float)
    return ((blurred - blurred.min()) / (blurred.max() - blurred.min()) * 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("tags", "reason", "detail"),
    [
        ({}, None, ""),
        ({"Modality": "CR", "BodyPartExamined": "CHEST", "ViewPosition": "PA"}, None, ""),
        ({"Modality": "CT"}, Reason.WRONG_MODALITY, "CT"),
        ({"Modality": "SOMETHING"}, None, ""),
        ({"BodyPartExamined": "SKULL"}, Reason.OTHER_BODY_PART, "SKULL"),
        ({"BodyPartExamined": "Smith^Anna"}, None, ""),
        ({"ViewPosition": "LL"}, Reason.LATERAL, "LL"),
        ({"SeriesDescription": "Chest lateral"}, Reason.LATERAL, "LATERAL"),
        ({"ViewPosition": "PA", "SeriesDescription": "Chest PA/lat"}, None, ""),
        ({"PatientSpeciesDescription": "CANINE"}, Reason.UNLIKE_TRAINING, "an animal's"),
    ],
)
def test_tags_say_what_a_film_is(tags: dict[str, str], reason: Reason | None, detail: str) -> None:
    assert scope(dicom(film(), **tags)) == (reason, detail)


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (film(), None),
        (255 - film(), Reason.INVERTED),
        (np.full((200, 200), 90, np.uint8), Reason.BLANK),
        (film() // 16 + 100, Reason.BLANK),
        (noise(), Reason.NOISE),
        (noise(2), Reason.NOISE),
        (film(60, 300), Reason.TOO_SMALL),
        (np.asarray(Image.fromarray(patch(300))), Reason.COLOUR),
    ],
)
def test_grey_levels_say_what_a_film_is(pixels: NDArray[np.uint8], reason: Reason | None) -> None:
    assert scope(png(pixels))[0] is reason


def test_a_grey_film_saved_as_a_colour_jpeg_is_grey() -> None:
    for quality in (10, 50, 90):
        assert scope(jpeg(np.dstack([film()] * 3), quality=quality)) == (None, "")


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (patch(), None),
        (np.dstack([film(96, 96)] * 3), Reason.UNLIKE_TRAINING),
        (np.full((96, 96, 3), 240, np.uint8), Reason.BLANK),
        (patch(40), Reason.TOO_SMALL),
    ],
)
def test_colours_say_what_a_patch_is(pixels: NDArray[np.uint8], reason: Reason | None) -> None:
    assert scope(png(pixels), PATCHES)[0] is reason


def test_an_adults_film_is_scored_with_a_caution() -> None:
    (outcome,) = decode(dicom(film(), PatientAge="044Y"), FILMS)
    assert isinstance(outcome, Decoded)
    assert (outcome.scope, outcome.cautions) == (None, (Caution.ADULT,))


def test_without_the_gate_nothing_is_out_of_scope() -> None:
    assert scope(dicom(255 - film(), Modality="CT"), replace(FILMS, gate=False)) == (None, "")


def test_the_statistics_are_what_they_say() -> None:
    levels = grey_levels(film())
    negative = grey_levels(255 - film())
    assert levels.frontal == pytest.approx(-negative.frontal, abs=1e-3)
    assert levels.layout == pytest.approx(negative.layout, abs=1e-3)
    assert (levels.chroma, grey_levels(np.dstack([film()] * 3)).chroma) == (0, 0)
    flat = grey_levels(np.full((100, 100), 7, np.uint8))
    assert (flat.spread, flat.smoothness, flat.frontal) == (0, 1, 0)
    assert grey_levels(noise()).smoothness == pytest.approx(0, abs=0.05)


@pytest.mark.shared
def test_real_films_are_in_scope_and_their_negatives_are_not(shared_data: Path) -> None:
    """Some of the 5,232 films; all were measured when the limits were set, and none was refused."""
    paths = [
        *sorted((shared_data / "cxr").rglob("*.jpeg"))[::20],
        *(shared_data / "cxr-original").rglob("*.jpeg"),
    ]
    found: Counter[Reason | None] = Counter()
    negatives: Counter[Reason | None] = Counter()
    for number, path in enumerate(paths):
        data = path.read_bytes()
        found[scope(data)[0]] += 1
        if number % 8 == 0:
            with Image.open(io.BytesIO(data)) as image:
                negatives[scope(png(255 - np.asarray(image.convert("L"))))[0]] += 1
    assert found == {None: len(paths)}
    assert negatives[Reason.INVERTED] >= 0.98 * negatives.total()


@pytest.mark.shared
def test_real_patches_are_in_scope_and_no_films(shared_data: Path) -> None:
    paths = sorted((shared_data / "pcam" / "valid").glob("*"))[::12]
    as_patches = Counter(scope(path.read_bytes(), PATCHES)[0] for path in paths)
    as_films = Counter(scope(path.read_bytes())[0] for path in paths)
    assert as_patches[None] >= 0.995 * len(paths)
    assert as_films[None] <= 0.02 * len(paths)
    films = sorted((shared_data / "cxr" / "train").rglob("*.jpeg"))[::100]
    assert {scope(path.read_bytes(), PATCHES)[0] for path in films} == {Reason.UNLIKE_TRAINING}


@pytest.mark.shared
def test_the_veterinary_film_is_known_for_one(shared_data: Path) -> None:
    data = (shared_data / "dicom" / "out-of-scope" / "dx_veterinary_lateral.dcm").read_bytes()
    assert scope(data) == (Reason.UNLIKE_TRAINING, "an animal's")


def test_what_cannot_be_read_is_never_called_out_of_scope() -> None:
    (outcome,) = decode(b"no picture", FILMS)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.NOT_AN_IMAGE
