"""Folders of films, and the program run on them as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

from builders.pictures import film, jpeg, png

ROOT = Path(__file__).parents[1]

NO_NETWORK = '''
"""Imported by every Python process of the test: none may speak to a network."""
import socket

class _Local(socket.socket):
    def __init__(self, family=-1, *rest, **named):
        if family not in (-1, getattr(socket, "AF_UNIX", -1)):
            raise AssertionError("a socket was opened")
        super().__init__(family, *rest, **named)

def _refuse(*_, **__):
    raise AssertionError("a name was looked up")

socket.socket = _Local
socket.getaddrinfo = socket.gethostbyname = _refuse
'''


def write_ward(folder: Path, films: int) -> None:
    """`films` grey JPEG and PNG pictures in two folders, each its own."""
    for number in range(films):
        place = folder / ("east" if number % 2 else "west")
        place.mkdir(parents=True, exist_ok=True)
        kind, write = ("png", png) if number % 3 == 0 else ("jpeg", jpeg)
        (place / f"film{number:03}.{kind}").write_bytes(write(film(160, 140, seed=number)))


def command(*arguments: object) -> list[str]:
    """The command line of `screener scan` with these arguments."""
    return [sys.executable, "-m", "screener.cli.main", "scan", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """The environment that the program runs in, wherever it stands."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def run_scan(*arguments: object, timeout: float = 60, **more: str) -> subprocess.CompletedProcess[str]:
    """`screener scan`, run to its end."""
    return subprocess.run(
        command(*arguments), env=environment(**more), capture_output=True, text=True, timeout=timeout
    )


def complaints(stderr: str) -> str:
    """What the program said on stderr but for how far it had come, which a slow machine hears of too."""
    lines = stderr.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("Scanning: "))


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """All that a write would change: names, times and contents."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *sorted(folder.rglob("*"))]
    }
