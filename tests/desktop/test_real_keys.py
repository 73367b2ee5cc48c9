"""The whole program on a screen, by keys as a person presses them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screener.scanning.reading import StoredScan
from screener.scanning.verdicts import Verdict, Verdicts

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a virtual screen with nobody's settings."""
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}")
    read, write = os.pipe()
    command = ["Xvfb", "-noreset", "-displayfd", str(write), "-screen", "0", "1280x800x24"]
    command += ["-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield {
            **os.environ,
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "LC_ALL": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",
        }
        server.terminate()


def _patience(program: subprocess.Popen[bytes], log: Path) -> Until:
    """Wait until something is so; a program that ends or hangs before says where it stood."""

    def until(true: Callable[[], object]) -> None:
        end = time.monotonic() + 120
        while not true():
            if program.poll() is None and time.monotonic() > end:
                program.send_signal(signal.SIGABRT)
                program.wait(20)
            assert program.poll() is None, log.read_text("utf-8", "replace")
            time.sleep(0.1)

    return until


def test_a_scan_by_keyboard_alone(screen: dict[str, str], films: Path, models: Path) -> None:
    def xdotool(*words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=screen, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip()

    command = [sys.executable, "-m", "screener", "desktop", "--weights", str(models), str(films)]
    log = films.parent / "log.txt"
    with log.open("wb") as said, subprocess.Popen(command, env=screen, stderr=said, stdout=said) as program:
        until = _patience(program, log)
        try:
            until(lambda: xdotool("search", "--onlyvisible", "--name", "Screener"))
            window = xdotool("search", "--onlyvisible", "--name", "Screener").split()[0]
            xdotool("windowfocus", window)
            until(lambda: xdotool("getwindowfocus") == window)
            xdotool("key", "space")  # Start has the focus once something is chosen
            until(lambda: xdotool("getwindowname", window) == "Done – films – Screener")
            (store,) = films.parent.glob("films-screener-*/scan.sqlite")
            with StoredScan(store) as scan:
                first, second = (line.key for line in scan.worklist_lines()[:2])
            xdotool("key", "ctrl+Home")  # the film in view need not be the first of the finished list
            xdotool("key", "v")
            until(lambda: _kept(store) == {first: (True, Verdict.AGREE)})
            xdotool("key", "v", "v", "v", "v", "v", "space", "Down", "space")  # none is lost, however fast
            until(lambda: _kept(store) == {first: (False, Verdict.DISAGREE), second: (True, None)})
            xdotool("key", "ctrl+q")
            assert program.wait(120) == 0
        finally:
            program.kill()
    assert log.read_text("utf-8", "replace").strip() == ""


def _kept(store: Path) -> dict[bytes, tuple[bool, Verdict | None]]:
    return {one.key: (one.is_read, one.verdict) for one in Verdicts(store).all()}
