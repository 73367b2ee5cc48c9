"""What the window tells and asks in boxes of their own."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget


class Leave(Enum):
    """Whether to close the window."""

    NOW = auto()
    LATER = auto()
    NOT = auto()


def tell(parent: QWidget, icon: QMessageBox.Icon, said: str, more: str, title: str = "Screener") -> None:
    """Tell something, and more of it in smaller letters, without waiting for an answer."""
    box = QMessageBox(icon, title, said, parent=parent)
    box.setInformativeText(more)
    box.open()


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
