"""Processes of our own: the program ends, whatever they do."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import multiprocessing, multiprocessing.process, sys, time
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnProcess
from screener.engines import spawn

class Waiting(resource_tracker.ResourceTracker):
    def __del__(self):  # as Python has it from 3.12.10 on
        self._stop()

if __name__ == "__main__":
    resource_tracker._resource_tracker.__class__ = Waiting
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(3600,), daemon=True)
    spawn.start_apart(process)
    print(process.pid, flush=True)
    {leave}
"""

_LEFT_BEHIND = "SpawnProcess.kill = lambda process: None; assert not spawn.end(process, 0.2)"
"""One that no kill reaches, as in a read of a dead drive."""

_OF_ANOTHER = "multiprocessing.process._children.discard(process)"
"""One that a process started which is gone by now."""

_WINDOW = f"{_OF_ANOTHER}; from screener.desktop.app import end_children; end_children()"


@pytest.mark.skipif(os.name == "nt", reason="there is no such helper there")
@pytest.mark.parametrize("leave", [_LEFT_BEHIND, _WINDOW], ids=["scan", "window"])
def test_the_program_ends_though_a_process_outlives_it(tmp_path: Path, leave: str) -> None:
    if leave is _WINDOW:
        pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    script = tmp_path / "ends.py"
    script.write_text(_SCRIPT.replace("{leave}", leave))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        process = int(program.stdout.readline())
        try:
            assert program.wait(40) == 0
            os.kill(process, 0)  # it is still there
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
