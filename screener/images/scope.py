"""Whether a picture is of the kind that a task reads, told from its tags and its grey levels alone."""

from __future__ import annotations

from screener.images import vocabulary
from screener.records import Caution, DecodeSettings, Facts, Picture, Reason

Verdict = tuple[Reason, str]


def scope_of_picture(picture: Picture, settings: DecodeSettings) -> Verdict | None:
    """Why the picture is out of the task's scope, with a detail for the row; None where nothing says so."""
    return _by_tags(picture.facts, settings)


def cautions_for(facts: Facts, settings: DecodeSettings) -> tuple[Caution, ...]:
    """What a reader should know of a film because of whose it is."""
    return (Caution.ADULT,) if settings.task.adult_caution and facts.age_band == "adult" else ()


def _by_tags(facts: Facts, settings: DecodeSettings) -> Verdict | None:
    task = settings.task
    if facts.modality and task.modalities and facts.modality not in task.modalities:
        return Reason.WRONG_MODALITY, facts.modality
    if task.kind != "film":
        return None
    if facts.body_part and facts.body_part != vocabulary.CHEST:
        return Reason.OTHER_BODY_PART, facts.body_part
    if vocabulary.is_lateral(facts.view):
        return Reason.LATERAL, facts.view
    return None
