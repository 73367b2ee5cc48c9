"""The window's process, ended from outside while nothing happens in it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_WINDOW = """
import sys
from screener.cli.main import main
from screener.desktop.view.window import Window

show = Window.show

def told(self):
    show(self)
    print("shown", flush=True)

Window.show = told
main(["desktop", "--weights", sys.argv[1]])
"""


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_window_ends_at_once_when_told_to(
    number: signal.Signals, models: Path, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "DISPLAY": ":0",
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    command = [sys.executable, "-c", _WINDOW, str(models)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout
        assert window.stdout.readline() == "shown\n"
        window.send_signal(number)
        try:
            assert window.wait(20) == -number
        finally:
            window.kill()
