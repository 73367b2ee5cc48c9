"""Memory that a training frees stays its own."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
import sys
import numpy as np
from screener.training.learning.allocator import keep_freed_memory

told = keep_freed_memory() if sys.argv[1] == "keep" else None

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def step():
    for _ in range(4):
        np.empty(64 * 2**20, np.uint8)[:] = 1

step()
before = faults()
step()
print(told, faults() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_blocks_that_were_freed_cost_no_page_faults_again() -> None:
    told, kept = _run("keep")
    if told == "False":
        pytest.skip("this C library is not glibc")
    _, given_back = _run("give back")
    assert told == "True"
    # Four blocks of 64 MiB: some thousand pages at least, even where the system hands out large ones.
    assert kept < 50 < given_back


def _run(way: str) -> tuple[str, int]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, way], capture_output=True, text=True, check=True)
    told, faults = done.stdout.split()
    return told, int(faults)
