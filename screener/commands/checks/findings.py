"""What an examination finds. Standard library only."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path


class Health(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination.

    Attributes:
        name: what was looked at: "Memory".
        health: `ok`; `note` for what limits or lacks but stops no scan; `fault` for what does.
        text: what was found.
        remedy: what to do about it; "" where nothing is to be done.
    """

    name: str
    health: Health
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class DoctorRequest:
    """What is to be examined, and how closely.

    Attributes:
        state: the user's folder for what the program remembers.
        weights: a folder of model folders, looked in first.
        full: whether int8 graphs, PyTorch and a GPU are tried, too, which takes seconds each.
    """

    state: Path
    weights: Path | None = None
    full: bool = False


def present(module: str) -> bool:
    """Whether `module` (a top-level name) could be imported; it isn't."""
    return find_spec(module) is not None


def whole_again(package: str = "") -> str:
    """How a user gets `package` (a registry name) whole again; all of the program, where it is frozen.

    Without a name this program is meant, which is in no registry.
    """
    if getattr(sys, "frozen", False):
        return "take the program's archive again and unpack it into an empty folder"
    if not package:
        return "pip install --force-reinstall . in the folder of this program's source"
    return f"pip install --force-reinstall {package}"


def first_line(error: Exception) -> str:
    """The first line of what an error says, or what it is called where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def named(package: str) -> str:
    """A package by its registry name, and its version where one is told (not in a frozen program)."""
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return package
