"""Whether a picture is of the kind that a task reads, told from its tags and its grey levels alone.

What a model makes of the picture is judged elsewhere, on the model's own terms; here stands what needs no
model. The limits lie well clear of every real picture they were measured on: of the 5,232 training and
validation films of Kermany 2018 and 60 of them at full size none is refused; of 7,700 PCam patches 1
(0.01 %), as rough as noise. The films' negatives are all known as such. `tests/images/judging/test_scope.py`
measures it again.
"""

from __future__ import annotations

from screener.images.dicom import vocabulary
from screener.images.judging.greylevels import GreyLevels, grey_levels
from screener.records import Caution, DecodeSettings, Facts, Picture, Reason, Task

Verdict = tuple[Reason, str]

_LEAST_SIDE = {"film": 64, "patch": 48}
"""Pixels on the shorter side below which nothing can be made out."""

_FILM_SPREAD = 32.0
"""The flattest of the real films measured has 85."""
_FILM_LAYOUT = 0.4
"""The least of the real films has 0.59; white noise has none, text and fabric little."""
_FILM_SMOOTHNESS = 0.7
"""The roughest of the real films, at 224 pixels, has 0.95."""
_FILM_CHROMA = 6.0
"""All real films have 0, photographs 30 to 110; a grey film saved as colour JPEG stays below 2."""
_FILM_NEGATIVE = -0.3
"""The least frontal of the real films has 0.28, so its negative has -0.28; the median has 0.9."""

_PATCH_SPREAD = 3.0
_PATCH_SMOOTHNESS = 0.0
_PATCH_CHROMA = 0.25
"""The palest of the real patches, nearly white, has 0.34; a grey picture has 0."""


def scope_of_picture(picture: Picture, settings: DecodeSettings) -> Verdict | None:
    """Why the picture is out of the task's scope, with a detail for the row; None where nothing says so."""
    found = _by_tags(picture.facts, settings.task)
    if found:
        return found
    height, width = picture.pixels.shape[:2]
    if min(height, width) < _LEAST_SIDE[settings.task.kind]:
        return Reason.TOO_SMALL, f"{width} x {height} pixels"
    levels = grey_levels(picture.pixels)
    return _of_film(levels) if settings.task.kind == "film" else _of_patch(levels)


def cautions_for(facts: Facts, settings: DecodeSettings) -> tuple[Caution, ...]:
    """What a reader should know of a film because of whose it is."""
    return (Caution.ADULT,) if settings.task.adult_caution and facts.age_band == "adult" else ()


def _by_tags(facts: Facts, task: Task) -> Verdict | None:
    if facts.modality and task.modalities and facts.modality not in task.modalities:
        return Reason.WRONG_MODALITY, facts.modality
    if task.kind != "film":
        return None
    if facts.animal:
        return Reason.UNLIKE_TRAINING, "an animal's"
    if facts.body_part and facts.body_part != vocabulary.CHEST:
        return Reason.OTHER_BODY_PART, facts.body_part
    if vocabulary.is_lateral(facts.view):
        return Reason.LATERAL, facts.view
    return None


def _of_film(levels: GreyLevels) -> Verdict | None:
    if levels.chroma > _FILM_CHROMA:
        return Reason.COLOUR, ""
    if levels.spread < _FILM_SPREAD:
        return Reason.BLANK, ""
    if levels.layout < _FILM_LAYOUT or levels.smoothness < _FILM_SMOOTHNESS:
        return Reason.NOISE, ""
    if levels.frontal < _FILM_NEGATIVE:
        return Reason.INVERTED, ""
    return None


def _of_patch(levels: GreyLevels) -> Verdict | None:
    if levels.spread < _PATCH_SPREAD:
        return Reason.BLANK, ""
    if levels.smoothness < _PATCH_SMOOTHNESS:
        return Reason.NOISE, ""
    if levels.chroma < _PATCH_CHROMA:
        return Reason.UNLIKE_TRAINING, "a grey picture; the model reads stained tissue in colour"
    return None
