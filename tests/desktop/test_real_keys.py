"""The whole program on a screen, by keys and mouse as a person presses them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screener.scanning.reading import StoredScan
from screener.scanning.verdicts import Verdict, Verdicts

pytestmark = pytest.mark.slow


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a virtual screen with nobody's settings."""
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
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
        }
        server.terminate()


def _until(true: Callable[[], object], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.1)


def test_a_scan_by_keyboard_alone(screen: dict[str, str], films: Path, models: Path) -> None:
    def xdotool(*words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=screen, capture_output=True, text=True, timeout=30, check=False
        )
        return done.stdout.strip()

    def press(*keys: str) -> None:
        for key in keys:
            xdotool("key", "--delay", "60", key)
            time.sleep(0.15)

    command = [sys.executable, "-m", "screener", "desktop", "--weights", str(models), str(films)]
    log = films.parent / "log.txt"
    with log.open("wb") as said, subprocess.Popen(command, env=screen, stderr=said, stdout=said) as program:
        try:
            _until(lambda: xdotool("search", "--onlyvisible", "--name", "Screener"))
            window = xdotool("search", "--onlyvisible", "--name", "Screener").split()[0]
            xdotool("windowfocus", window)
            time.sleep(0.5)
            press("space")  # Start has the focus once something is chosen
            _until(lambda: _complete(films.parent))
            store = next(films.parent.glob("films-screener-*/scan.sqlite"))
            time.sleep(1.5)
            press("Down", "v", "v", "Down", "space")
            _until(lambda: len(Verdicts(store).all()) == 2)
            by_key = {one.key: one for one in Verdicts(store).all()}
            with StoredScan(store) as scan:
                lines = scan.worklist_lines()
            assert by_key[lines[1].key].verdict is Verdict.DISAGREE
            assert by_key[lines[2].key].is_read
            assert by_key[lines[2].key].verdict is None
            press("ctrl+q")
            _until(lambda: program.poll() is not None, 20)
            assert program.returncode == 0
        finally:
            program.kill()
    assert log.read_text("utf-8", "replace").strip() == ""


def _complete(folder: Path) -> bool:
    for store in folder.glob("films-screener-*/report.html"):
        with StoredScan(store.with_name("scan.sqlite")) as scan:
            return scan.is_complete()
    return False
