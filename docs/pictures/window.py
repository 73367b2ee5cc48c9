"""The window's pictures, in both languages, from a real scan on a virtual screen.

Called by make.py. Needs the extra desktop, the programs Xvfb and xdotool, and fonts with Chinese characters.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import ImageGrab

LANGUAGES = {"en": "en_GB.UTF-8", "zh": "zh_CN.UTF-8"}
WIDTH, HEIGHT = 1280, 720
_CHOICES = (250, 75, 1030, 595)
"""What is worth showing of the first page: left, top, right, bottom."""

_DISPLAY = ":96"
_PATIENCE = 180


def window(folder: Path, films: Path, into: Path) -> None:
    """Save `start.LANGUAGE.png` and `list.LANGUAGE.png`: before Start, and when the scan is done.

    The films are copied to a place whose name may be seen.
    """
    ward = Path(tempfile.gettempdir(), "ward-3")
    screen = ["Xvfb", _DISPLAY, "-noreset", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    with subprocess.Popen(screen, stderr=subprocess.DEVNULL) as server:
        try:
            time.sleep(2)
            for language, locale in LANGUAGES.items():
                shutil.copytree(films, ward / "films")
                _scan(folder / language, ward / "films", into, language, locale)
                shutil.rmtree(ward)
        finally:
            shutil.rmtree(ward, ignore_errors=True)
            server.terminate()


def _scan(place: Path, films: Path, into: Path, language: str, locale: str) -> None:
    """Scan as staff would, by keys, and take the pictures."""
    environment = {
        **os.environ,
        "DISPLAY": _DISPLAY,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(place / "config"),
        "LC_ALL": locale,
        "LANGUAGE": "",
    }

    def xdotool(*words: str) -> str:
        command = ["xdotool", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def titled(end: str, part: str = "") -> str:
        begin = time.monotonic()
        while time.monotonic() - begin < _PATIENCE:
            for found in xdotool("search", "--onlyvisible", "--name", end).split():
                if part in xdotool("getwindowname", found):
                    return found
            time.sleep(0.3)
        raise SystemExit(f"no window titled {part} … {end} within {_PATIENCE} s")

    program = [sys.executable, "-m", "screener", "desktop", str(films)]
    with subprocess.Popen(program, env=environment) as process:
        try:
            here = titled("Screener")
            xdotool("windowsize", "--sync", here, str(WIDTH), str(HEIGHT))
            xdotool("windowmove", here, "0", "0")
            xdotool("windowfocus", here)
            time.sleep(3)
            _save(into / f"start.{language}.png", _CHOICES)
            xdotool("key", "space")
            titled("Screener", "Done" if language == "en" else "完成")
            xdotool("key", "h", "v", "Down", "Down", "Up")
            time.sleep(20)  # the film is decoded at its full size
            _save(into / f"list.{language}.png")
            xdotool("key", "ctrl+q")
            process.wait(_PATIENCE)
        finally:
            process.kill()


def _save(path: Path, part: tuple[int, int, int, int] | None = None) -> None:
    ImageGrab.grab(xdisplay=_DISPLAY).crop(part or (0, 0, WIDTH, HEIGHT)).save(path, optimize=True)
