"""The window's tests: without a screen, with a memory and a model of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from builders.model import build_model
from builders.pictures import film, jpeg
from builders.rows import a_scored_row
from screener.models.catalogue import installed

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from screener.desktop.settings import Memory
    from screener.desktop.view.scan_page import ScanPage
    from screener.desktop.view.window import Window

os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _missing() -> str:
    """Why there can be no window here; "" if there can."""
    if find_spec("pytestqt") is None:
        return "no pytest-qt: pip install '.[dev]'"
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:  # not installed, or a library of the system is
        return f"no PySide6: {error}"
    return ""


MISSING = _missing()


class WithoutQt(pytest.Module):
    """A test module that cannot be imported here: it is skipped, visibly."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(MISSING)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return WithoutQt.from_parent(parent, path=module_path) if MISSING else None


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one tiny model."""
    folder = tmp_path_factory.mktemp("models")
    build_model(folder / "pneumonia-tiny")
    return folder


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Six films, and two files that are none."""
    folder = tmp_path / "films"
    folder.mkdir()
    for seed in range(6):
        (folder / f"film-{seed}.jpeg").write_bytes(jpeg(film(seed=seed)))
    (folder / "notes.txt").write_text("no film at all")
    (folder / "cut.jpeg").write_bytes(jpeg(film(seed=9))[:3000])
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Settings and recent scans that nobody else has."""
    from PySide6.QtCore import QSettings

    from screener.desktop.settings import Memory

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    return Memory()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What is pressed in a question box: set `button`, or `next_button`, to the text of the button."""
    from PySide6.QtWidgets import QMessageBox

    chosen = SimpleNamespace(button="", asked=[])
    chosen.next_button = lambda: chosen.button

    def answer(box: QMessageBox) -> int:
        chosen.asked.append(box.text())
        wanted = chosen.next_button()
        chosen.pressed = next(b for b in box.buttons() if b.text() == wanted)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: chosen.pressed)
    return chosen


@pytest.fixture
def window(qtbot: QtBot, models: Path, memory: Memory) -> Iterator[Window]:
    """The window on its start page; what runs in it is ended afterwards."""
    from screener.desktop.settings import Settings
    from screener.desktop.view.window import Window

    memory.keep(Settings(workers=1))
    found = installed(models)
    shown = Window([one for one in found if one.card.name == "pneumonia-tiny"], memory)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.scan_page.loader.close()
    shown.session.close(5)


Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Wait:
    """Wait, with the window alive, until something is so."""

    def wait(true: Callable[[], bool]) -> None:
        qtbot.waitUntil(true, timeout=30_000)

    return wait


@pytest.fixture
def page(window: Window, tmp_path: Path, until: Wait) -> ScanPage:
    """The page of an earlier scan of two films, the first in view."""
    from builders.window import store_rows
    from screener.desktop.settings import Recent

    store_rows(tmp_path, a_scored_row(1, "a.jpeg", 0.9), a_scored_row(2, "b.jpeg", 0.4))
    window._reopen(Recent(str(tmp_path)))
    until(lambda: window.scan_page._row is not None)
    return window.scan_page
