"""The trials that a study's `[[trials]]` stand for: each entry one, or with a grid one a combination."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from screener.errors import UsageError
from screener.training.recipes.recipe import TrainRecipe
from screener.training.studies.fields import Fields, said, settings_of
from screener.training.studies.study import ELSEWHERE, GROUP, MEASURES, TEST, VALIDATION, Theirs, Trial

_PLACE = re.compile(r"\{(\w+)\}")


def trials_of(
    study: str, entries: Iterable[Mapping[str, Any]], recipe: Mapping[str, Any]
) -> tuple[Trial, ...]:
    """Every trial of the entries, in their order.

    Args:
        study: its name, for messages.
        entries: tables with `name`, `model` and so on. A `grid` of recipe fields, each with a list of
            values, makes a trial of every combination, whose name has the values where it says `{field}`.
        recipe: the fields that all trials share unless they say otherwise; with `shared = false` an entry
            starts from the program's own recipe instead.

    Raises:
        UsageError: a field is missing, unknown, or cannot be meant; two trials have the same name.
    """
    trials = tuple(trial for entry in entries for trial in _of_entry(study, entry, recipe))
    seen: set[str] = set()
    for trial in trials:
        if trial.name in seen:
            raise UsageError(
                f"study {study}: two trials are called {trial.name}; name each grid field as {{field}}"
            )
        seen.add(trial.name)
        _check_recipe(study, trial)
    return trials


def _of_entry(study: str, entry: Mapping[str, Any], recipe: Mapping[str, Any]) -> Iterator[Trial]:
    where = f"study {study}, trial {entry.get('name', '')}"
    fields = Fields(where, entry)
    own, grid = fields.table("recipe"), fields.table("grid")
    pattern = fields.text("name")
    shared = recipe if fields.truth("shared", True) else {}
    quick = Fields(f"{where}, quick", fields.table("quick"))
    trial = Trial(
        name="",
        base="",
        model=fields.text("model"),
        group=fields.text("group", GROUP),
        settings=(),
        start=fields.truth("start", False),
        unstarted=fields.settings("without_start"),
        limit=fields.number("limit", 0),
        depth=fields.number("depth", 0),
        small_side=quick.number("side", 0),
        quick=quick.truth("run", True),
        theirs=_theirs(where, fields.table("theirs")),
        note=fields.text("note", ""),
    )
    fields.finish()
    quick.finish()
    for name, values in grid.items():
        if not isinstance(values, list) or not values:
            raise UsageError(f"{where}: grid.{name} must be a list of values")
    if "seed" in {**shared, **own, **grid}:
        raise UsageError(
            f"{where}: seed in its recipe or grid would have no effect; use the study's own seeds = [0, 1]"
        )
    for combination in product(*grid.values()):
        chosen = dict(zip(grid, combination, strict=True))
        name = pattern
        for field in _PLACE.findall(pattern):
            name = name.replace(f"{{{field}}}", _filled(where, field, chosen))
        name = Fields(where, {"name": name}).file_name("name")
        settings = settings_of({**shared, **own, **chosen})
        yield replace(trial, name=name, base=name, settings=settings)


def _filled(where: str, field: str, chosen: Mapping[str, Any]) -> str:
    if field not in chosen:
        raise UsageError(f"{where}: its name contains {{{field}}}, which is not in its grid")
    return said(chosen[field])


def _theirs(where: str, found: Mapping[str, Any]) -> Theirs | None:
    if not found:
        return None
    fields = Fields(f"{where}, theirs", found)
    on, pictures = fields.one_of("on", (TEST, VALIDATION, ELSEWHERE)), fields.text("pictures", "")
    figures: dict[str, float] = {}
    for name, value in found.items():
        if name in MEASURES and not isinstance(value, dict):
            figures[name] = fields.figure(name, 0.0)
        elif name == "f1":
            by_class = Fields(f"{where}, theirs.f1", fields.table(name))
            figures |= {f"f1.{label}": by_class.figure(label, 0.0) for label in value}
    fields.finish()
    if not figures:
        raise UsageError(f"{where}: theirs holds no figure; known: {', '.join(MEASURES)}")
    return Theirs(on, pictures, figures)


def _check_recipe(study: str, trial: Trial) -> None:
    try:
        TrainRecipe().with_settings(trial.settings).with_settings(trial.unstarted)
    except UsageError as error:
        raise UsageError(f"study {study}, trial {trial.name}: {error}") from error
