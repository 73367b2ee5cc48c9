"""What the window remembers between runs, in the system's place for such things."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from screener.records import BANDS, PRECISIONS

_MOST_RECENT = 8

MOST_WORKERS = 64
"""Decode processes that may be chosen at most."""

POINTS = (BANDS, "sensitive", "balanced", "specific")
"""What may cut a list; every card of this program's training has these three points."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may choose once and for all.

    Attributes:
        results: the folder that results go to, each scan in one of its own; "" for beside the films.
        workers: decode processes; 0 to choose from the machine.
        point: the operating point that cuts a list in two, or `BANDS`.
        precision: of `PRECISIONS`.
    """

    results: str = ""
    workers: int = 0
    point: str = BANDS
    precision: str = PRECISIONS[0]


@dataclass(frozen=True, slots=True)
class Recent:
    """A scan that can be opened again, and gone on with.

    Attributes:
        out: its folder.
        inputs: what was scanned; empty where only its results are known.
        task: its task's name; "" likewise.
        model: its model's name; "" likewise.
        point: see `Settings`.
        precision: likewise.
    """

    out: str
    inputs: tuple[str, ...] = ()
    task: str = ""
    model: str = ""
    point: str = BANDS
    precision: str = PRECISIONS[0]


class Memory:
    """Settings and recent scans, read and written at once."""

    def __init__(self) -> None:
        """The user's own memory; a test gives `QSettings` another place."""
        self._kept = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "screener", "screener")
        # Qt's file dialog keeps the folders that were chosen: beside ours, not where all Qt programs do.
        place = str(Path(self._kept.fileName()).parent)
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, place)

    def settings(self) -> Settings:
        """What was chosen; what is kept there but makes no sense is as if never chosen."""
        workers = str(self._kept.value("workers", "0"))
        point, precision = (str(self._kept.value(name, "")) for name in ("point", "precision"))
        return Settings(
            str(self._kept.value("results", "")),
            min(int(workers), MOST_WORKERS) if workers.isdecimal() else 0,
            point if point in POINTS else BANDS,
            precision if precision in PRECISIONS else PRECISIONS[0],
        )

    def keep(self, settings: Settings) -> None:
        """Remember the settings."""
        self._kept.setValue("results", settings.results)
        self._kept.setValue("workers", str(settings.workers))
        self._kept.setValue("point", settings.point)
        self._kept.setValue("precision", settings.precision)
        self._kept.sync()

    def recent(self) -> list[Recent]:
        """The scans that were open last and are still there, the newest first."""
        # Unlike pathlib's, it raises nothing where a share is not to be looked into.
        return [one for one in self._all_recent() if os.path.isdir(one.out)]  # noqa: PTH112

    def add(self, scan: Recent) -> None:
        """Put a scan first among the recent ones."""
        others = [one for one in self._all_recent() if one.out != scan.out]
        texts = [json.dumps(asdict(one)) for one in (scan, *others)[:_MOST_RECENT]]
        self._kept.setValue("recent", "\n".join(texts))
        self._kept.sync()

    def model(self) -> str:
        """The name of the model that was used last; "" before the first time."""
        return str(self._kept.value("model", ""))

    def keep_model(self, name: str) -> None:
        """Remember the model that is used."""
        self._kept.setValue("model", name)
        self._kept.sync()

    def geometry(self) -> Any:
        """The window's last place and size, as Qt packs it; None before the first time."""
        return self._kept.value("geometry")

    def keep_geometry(self, geometry: Any) -> None:
        """Remember the window's place and size."""
        self._kept.setValue("geometry", geometry)
        self._kept.sync()

    def _all_recent(self) -> list[Recent]:
        found = []
        for text in str(self._kept.value("recent", "")).splitlines():
            try:
                fields = json.loads(text)
                found.append(Recent(**{**fields, "inputs": tuple(fields.get("inputs", ()))}))
            except (ValueError, TypeError, AttributeError):  # from another version: one entry less
                continue
        return found
