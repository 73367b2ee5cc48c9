"""What the frozen program's parts are called, and where they lie on each system."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = "screener"
CONSOLE = "screener"
WINDOW = "Screener Desktop"  # not "Screener": Windows and macOS take that for the same name
APP = f"{WINDOW}.app"
LICENCES = "LICENCES.txt"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen program.

    Attributes:
        folder: all of it.
        console: the command line.
        window: the window.
    """

    folder: Path
    console: Path
    window: Path


def frozen(folder: Path, system: str = sys.platform) -> Frozen:
    """The program in `folder`, on a system as `sys.platform` names it."""
    suffix = ".exe" if system == "win32" else ""
    place = folder / APP / "Contents" / "MacOS" if system == "darwin" else folder
    return Frozen(folder, place / f"{CONSOLE}{suffix}", place / f"{WINDOW}{suffix}")


def archive_name(version: str, system: str = sys.platform, machine: str = "") -> str:
    """`screener-0.1.0-linux-x86_64.tar.gz`: a zip on Windows, elsewhere what keeps links and permissions."""
    named = {"win32": "windows", "darwin": "macos"}.get(system, system)
    machine = (machine or platform.machine()).lower()
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)
    return f"screener-{version}-{named}-{machine}.{'zip' if system == 'win32' else 'tar.gz'}"
