"""What the window tells and asks in boxes of their own."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from screener import NOTICE, __version__
from screener.desktop import words


class Leave(Enum):
    """Whether to close the window."""

    NOW = auto()
    LATER = auto()
    NOT = auto()


def tell(
    parent: QWidget,
    icon: QMessageBox.Icon,
    said: str,
    more: str,
    title: str = "Screener",
    detail: str = "",
) -> None:
    """Tell something, more of it in smaller letters, and details to who asks; wait for no answer."""
    box = QMessageBox(icon, title, said, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # a file's name may hold anything
    box.setInformativeText(more)
    box.setDetailedText(detail)
    box.open()


def tell_about(parent: QWidget) -> None:
    """Tell what program this is, and what it must not be used for."""
    translate = QCoreApplication.translate
    more = translate("Boxes", "It works on this computer alone; no film leaves it.")
    more = f"{words.of_records(NOTICE)}\n\n{more}"
    title = translate("Boxes", "About")
    tell(parent, QMessageBox.Icon.NoIcon, f"Screener {__version__}", more, title)


def tell_unwritten(parent: QWidget, detail: str) -> None:
    """Tell that a report could not be written."""
    translate = QCoreApplication.translate
    said = translate("Boxes", "The report could not be written.")
    more = translate(
        "Boxes", "The disk may be full, the folder may not be written, or the results may be gone."
    )
    tell(parent, QMessageBox.Icon.Warning, said, more, detail=detail)


def tell_details(parent: QWidget, said: str, detail: str) -> None:
    """Tell what the program says of a trouble by itself, for who looks after the computer."""
    translate = QCoreApplication.translate
    more = translate("Boxes", "For technical support, in English:")
    icon = QMessageBox.Icon.Information
    tell(parent, icon, said, f"{more}\n\n{detail}", translate("Boxes", "Details"))


def may_stop(parent: QWidget) -> bool:
    """Whether the user wants the running scan to stop."""
    translate = QCoreApplication.translate
    stop = translate("Boxes", "Stop and close")
    stay = translate("Boxes", "Keep scanning")
    said = translate("Boxes", "The scan is still running.")
    more = translate("Boxes", "What is done is kept; you can go on with it later.")
    return _ask(parent, said, more, {stop: Leave.NOW, stay: Leave.NOT}) is Leave.NOW


def leave_reports(parent: QWidget) -> Leave:
    """What the user wants while reports are being written."""
    translate = QCoreApplication.translate
    answers = {
        translate("Boxes", "Close without them"): Leave.NOW,
        translate("Boxes", "Keep open"): Leave.NOT,
        translate("Boxes", "Close when they are written"): Leave.LATER,
    }
    said = translate("Boxes", "Reports are being written.")
    more = translate("Boxes", "Scores and verdicts are saved; reports can be written again with Export.")
    return _ask(parent, said, more, answers)


def may_lose(parent: QWidget, films: int) -> bool:
    """Whether the user gives up what could not be saved of so many films."""
    translate = QCoreApplication.translate
    leave, stay = translate("Boxes", "Close all the same"), translate("Boxes", "Keep open")
    said = translate("Boxes", "What you said of some films is not saved ({0}).").format(films)
    more = translate("Boxes", "Keep the window open to try again.")
    return _ask(parent, said, more, {leave: Leave.NOW, stay: Leave.NOT}) is Leave.NOW


def _ask(parent: QWidget, said: str, more: str, answers: dict[str, Leave]) -> Leave:
    """The answer that is chosen; Enter means the last."""
    box = QMessageBox(QMessageBox.Icon.Question, "Screener", said, parent=parent)
    box.setInformativeText(more)
    buttons: dict[QAbstractButton, Leave] = {}
    for text, leave in answers.items():
        roles = QMessageBox.ButtonRole
        button = box.addButton(text, roles.RejectRole if leave is Leave.NOT else roles.AcceptRole)
        box.setDefaultButton(button)
        buttons[button] = leave
    box.exec()
    return buttons[box.clickedButton()]
