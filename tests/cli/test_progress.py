"""What is said while a command works."""

import os
import sys
from contextlib import suppress

import pytest

from screener.cli.progress import live_bar
from screener.cli.training import live_training
from screener.commands.train import TrainProgress
from screener.records import Progress


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal that can be taken away")
@pytest.mark.parametrize("verb", ["scan", "train"])
def test_a_terminal_that_is_gone_ends_no_command(monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    master, slave = os.openpty()
    gone = os.fdopen(slave, "w", buffering=1)
    monkeypatch.setattr("sys.stderr", gone)
    if verb == "scan":
        with live_bar("Scanning", "files") as show:
            show(Progress(1, 3, 1.0, 2.0))
            os.close(master)
            show(Progress(2, 3, 1.0, 1.0))
    else:
        with live_training() as tell:
            tell(TrainProgress(note="Training", epoch=1, remark="a note"))
            os.close(master)
            tell(TrainProgress(note="Training", epoch=2, remark="another"))
    with pytest.raises(OSError, match="Input/output"):
        print("is it gone?", file=gone, flush=True)
    with suppress(OSError):  # it tries to write what is left
        gone.close()
