"""Studies by name, or from a TOML of the user's own, checked field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from screener.errors import UnknownName, UsageError
from screener.training.recipes.choices import RANGES
from screener.training.studies.entries import trials_of
from screener.training.studies.fields import Fields
from screener.training.studies.study import CURVES, DEPTH, GROUP, MEASURES, Plot, Small, Study

NAMES = ("R0-binary", "R0-types", "R1", "R2", "R3", "R3-resnet50", "R4", "own-recipe")
"""The studies that come with the program."""

_PLOTS = ("curves", "line")


def study_named(name: str) -> Study:
    """The study called `name`, or the user's own in the TOML file of that name.

    Raises:
        UnknownName: no such study.
        UsageError: the TOML cannot be read, or a field of it cannot be meant; the message names it.
    """
    if name.endswith(".toml"):
        path = Path(name)
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise UsageError(f"study {path} cannot be read: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"study {path} cannot be read: it is not in UTF-8") from error
        return parse_study(path.stem, text)
    if name not in NAMES:
        raise UnknownName("study", name, NAMES)
    return parse_study(name, files("screener.training.studies").joinpath(f"{name}.toml").read_text("utf-8"))


def parse_study(name: str, text: str) -> Study:
    """The study in the TOML `text`.

    Raises:
        UsageError: the message names study, trial and field.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"study {name}: not a TOML: {error}") from error
    fields = Fields(f"study {name}", found)
    recipe = fields.table("recipe")
    study = Study(
        name=name,
        title=fields.text("title"),
        task=fields.text("task"),
        data=fields.text("data"),
        source=fields.text("source", ""),
        notes=fields.texts("notes"),
        measure=fields.one_of("measure", tuple(MEASURES), "accuracy"),
        seeds=fields.numbers("seeds", (0,)),
        trials=trials_of(name, fields.tables("trials"), recipe),
        small=_small(name, fields.table("quick")),
        plots=tuple(_plot(name, table) for table in fields.tables("plots", needed=False)),
        drop_blank=fields.truth("drop_blank", False),
    )
    fields.finish()
    names = [plot.name for plot in study.plots]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"study {name}: two plots are called {twice[0]}; give each its own name")
    for plot in study.plots:
        if plot.group not in study.groups:
            raise UsageError(f"study {name}, plot {plot.name}: no trial is of group '{plot.group}'")
    return study


def _small(study: str, found: Mapping[str, Any]) -> Small:
    fields = Fields(f"study {study}, quick", found)
    usual = Small()
    small = Small(
        pictures=fields.number("pictures", usual.pictures, least=4),
        side=fields.number("side", usual.side, least=8),
        epochs=fields.number("epochs", usual.epochs, least=1),
        settings=fields.settings("recipe"),
    )
    fields.finish()
    return small


def _plot(study: str, found: Mapping[str, Any]) -> Plot:
    fields = Fields(f"study {study}, plot {found.get('name', '')}", found)
    kind = fields.one_of("kind", _PLOTS)
    plot = Plot(
        name=fields.file_name("name"),
        kind=kind,
        title=fields.text("title"),
        group=fields.text("group", GROUP),
        measure=fields.one_of("measure", tuple(CURVES if kind == "curves" else MEASURES), "accuracy"),
        x=fields.text("x", ""),
        x_label=fields.text("x_label", ""),
        times=fields.figure("times", 1.0),
    )
    fields.finish()
    if plot.kind == "line" and not plot.x:
        raise UsageError(f"{fields.where}: missing field x; name `depth` or a field of the recipe")
    if plot.kind == "line" and plot.x not in (DEPTH, *RANGES):
        raise UnknownName(f"x in {fields.where}", plot.x, (DEPTH, *RANGES))
    return plot
