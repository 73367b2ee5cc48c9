"""Windows' job objects. What their limits do shows only there; how they are asked for shows everywhere."""

import contextlib
import subprocess
import sys
import time
from struct import calcsize, unpack_from

import pytest

from screener.engines import job_object, spawn
from screener.engines.job_object import KILL_ON_JOB_CLOSE, PROCESS_MEMORY, end_with_us, hold_to, limits

windows = pytest.mark.skipif(sys.platform != "win32", reason="job objects are of Windows")

_FLAGS_AT, _MEMORY_AT = 16, 112
"""Where a C compiler for 64-bit Windows puts LimitFlags and ProcessMemoryLimit."""


def test_limits_lie_where_windows_looks_for_them() -> None:
    asked = limits(PROCESS_MEMORY | KILL_ON_JOB_CLOSE, 3 << 30)
    assert len(asked) == 144
    assert unpack_from("<I", asked, _FLAGS_AT) == (0x2100,)
    assert unpack_from("<Q", asked, _MEMORY_AT) == (3 << 30,)
    assert sum(asked) == sum((3 << 30).to_bytes(8, "little")) + 0x21  # and nothing else is limited
    assert calcsize(job_object._COUNTERS) == 72


def test_a_started_process_is_to_end_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    class Started:
        sentinel = 0

        def start(self) -> None:
            self.sentinel = 17

    bound: list[int] = []
    monkeypatch.setattr(spawn, "end_with_us", bound.append)
    spawn.start_apart(Started())  # type: ignore[arg-type]
    assert bound == [17]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has job objects")
def test_elsewhere_nothing_is_held() -> None:
    assert not hold_to(1 << 30)
    assert not end_with_us(0)


_PARENT = """
import os, subprocess, sys
from screener.engines.job_object import end_with_us
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=sys.stdout)
assert end_with_us(int(child._handle))
os._exit(0)
"""


@windows
def test_children_end_with_a_process_that_dies() -> None:
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.read()  # until the child is gone too: it has the same end of the pipe
    assert parent.returncode == 0
    assert time.monotonic() - began < 60


_GREEDY = """
from screener.engines.job_object import hold_to
assert hold_to(64 << 20)
bytearray(256 << 20)
"""


@windows
def test_a_held_process_runs_out_of_memory() -> None:
    done = subprocess.run([sys.executable, "-c", _GREEDY], capture_output=True, text=True)
    with contextlib.suppress(AttributeError):
        import ctypes

        if getattr(ctypes.windll.ntdll, "wine_get_version", None):
            pytest.skip("Wine takes the limit, and does not keep it")
    assert "MemoryError" in done.stderr
