"""The application around the window."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from screener.desktop.choices import in_order
from screener.desktop.settings import Memory
from screener.desktop.view.icon import program_icon
from screener.desktop.view.window import Window
from screener.engines.spawn import end, leave_tracker
from screener.models.catalogue import installed

TRANSLATIONS = Path(__file__).parent / "translations"

_END_SECONDS = 2.0


def run(weights: Path | None = None, inputs: tuple[str, ...] = ()) -> int:
    """Show the window until it is closed; the program's exit code.

    Args:
        weights: a folder of model folders to look in first.
        inputs: paths that are chosen from the start.

    Raises:
        UsageError: `weights` is no folder.
        ModelError: a model's card cannot be read.
    """
    models = in_order(installed(weights), weights)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Screener")
    app.setDesktopFileName("screener")
    app.setStyle("Fusion")  # the one style that looks and behaves alike everywhere, light and dark
    app.setWindowIcon(program_icon())
    translators = translate(app, QLocale.system())
    # Ctrl-C in a terminal, or the end of a session, ends the window; the scan stops by itself. Python's own
    # handlers would wait until something happens in the window.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    window = Window(models, Memory())
    if inputs:
        window.start_page.choose(tuple(str(Path(one).absolute()) for one in inputs))
    window.show()
    code = app.exec()
    end_children()
    del translators
    return int(code)


def end_children() -> None:
    """End what still runs, or `multiprocessing` would wait for it, though a drive may never answer."""
    for process in multiprocessing.active_children():
        end(process, _END_SECONDS)
    leave_tracker()  # a process of one that is gone may hang


def translate(app: QApplication, locale: QLocale) -> list[QTranslator]:
    """What must live on for the program and Qt to speak simplified Chinese; nothing where English is spoken.

    The first of the locale's languages that the program speaks decides. Qt speaks no other: its words would
    stand among English ones, and Arabic or Hebrew ones would turn the English window round.
    """
    spoken = (one for one in locale.uiLanguages() if one.startswith(("en", "zh-Hans")))
    if next(spoken, "en").startswith("en"):
        return []
    found = []
    for name, folder in (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("screener", str(TRANSLATIONS)),
    ):
        translator = QTranslator(app)
        if translator.load(QLocale("zh_CN"), name, "_", folder):
            app.installTranslator(translator)
            found.append(translator)
    return found
