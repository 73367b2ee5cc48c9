"""Ctrl-C from another thread."""

import signal
import subprocess
import sys

from screener.interrupt import interrupts

_WAITING = """
import multiprocessing, signal, threading
from multiprocessing.connection import wait
from time import monotonic
from screener.interrupt import interrupt

signal.signal(signal.SIGINT, signal.default_int_handler)
ours, theirs = multiprocessing.Pipe()
threading.Timer(0.3, interrupt).start()
began = monotonic()
try:
    wait([ours], 30)
except KeyboardInterrupt:
    print("soon" if monotonic() - began < 15 else "late")
"""


def test_it_ends_a_wait_for_processes() -> None:
    done = subprocess.run([sys.executable, "-c", _WAITING], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "soon", done.stderr


def test_the_keyboard_ends_a_program_by_these() -> None:
    assert interrupts()[0] == signal.SIGINT
    assert all(signal.getsignal(number) is not None for number in interrupts())
