"""What stopped a scan, in plain words, and the way on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

LOST = "lost"
"""The kind of problem where the scan's process ended without a word."""

UNREADABLE = "unreadable"
"""The kind of problem where results of before cannot be read."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the reader is told.

    Attributes:
        heading: what happened.
        advice: the way on.
        can_resume: whether trying the same again may help.
    """

    heading: str
    advice: str
    can_resume: bool = False


def trouble_of(kind: str) -> Trouble:
    """What to tell of a `Problem` of this kind."""
    translate = QCoreApplication.translate
    match kind:
        case "lost":
            return Trouble(
                translate("Trouble", "The scan ended unexpectedly"),
                translate(
                    "Trouble",
                    "Another program or a lack of memory may have ended it. What is done is kept: "
                    "press Resume to go on from there.",
                ),
                can_resume=True,
            )
        case "unreadable":
            return Trouble(
                translate("Trouble", "These results cannot be read"),
                translate(
                    "Trouble",
                    "The file scan.sqlite in their folder is damaged, or another version of the program made "
                    "it. The reports beside it may still be opened.",
                ),
            )
        case "NothingToScan":
            return Trouble(
                translate("Trouble", "There is no file in what you chose"),
                translate("Trouble", "Choose another folder, or films themselves."),
            )
        case "UsageError" | "UnknownName":
            return Trouble(
                translate("Trouble", "Something that was chosen is no longer there"),
                translate("Trouble", "A folder, a film or the model was moved or renamed. Choose it again."),
            )
        case "ModelAltered" | "ModelError":
            return Trouble(
                translate("Trouble", "The model cannot be used"),
                translate(
                    "Trouble",
                    "Its files are incomplete or were changed. Install the program again, or choose "
                    "another model.",
                ),
            )
        case "NoPrecision":
            return Trouble(
                translate("Trouble", "The model cannot be run in eight bits here"),
                translate(
                    "Trouble",
                    "It has no eight-bit version, or this computer's processor cannot run that. Choose "
                    "another precision in Settings, or another model.",
                ),
            )
        case "OutputBusy":
            return Trouble(
                translate("Trouble", "Another scan is using the results folder"),
                translate(
                    "Trouble",
                    "Wait for it to end and press Resume, or choose another folder in Settings and start a "
                    "new scan.",
                ),
                can_resume=True,
            )
        case "OutputTaken":
            return Trouble(
                translate("Trouble", "The results folder holds another scan"),
                translate(
                    "Trouble",
                    "It was made with another model, other settings or another version of the "
                    "program. Start a new scan, or choose another results folder in Settings.",
                ),
            )
        case "OutputError":
            return Trouble(
                translate("Trouble", "The results cannot be saved"),
                translate(
                    "Trouble",
                    "The disk may be full, or the folder may not be written. Make room and press "
                    "Resume, or choose another results folder in Settings and start a new scan.",
                ),
                can_resume=True,
            )
    return Trouble(
        translate("Trouble", "Something went wrong in the program"),
        translate(
            "Trouble",
            "What is done is kept: press Resume to go on. If it happens again, please report the details.",
        ),
        can_resume=True,
    )
