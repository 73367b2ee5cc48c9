"""Starting and ending child processes, which see no Ctrl-C and do not import the main module."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from types import ModuleType

from screener.engines.job_object import end_with_us


def start_apart(process: SpawnProcess) -> None:
    """Start a spawned process that needs nothing of the main module and leaves Ctrl-C to this one.

    On Windows it also ends when this one does.
    """
    _start_tracker()
    with _no_interrupts(), _no_main_module():
        process.start()
    end_with_us(process.sentinel)


def end(process: BaseProcess, seconds: float) -> bool:
    """End a process by force; False where it is not gone so soon, for it hangs in a read of a dead drive."""
    kill(process)
    process.join(seconds)
    if process.is_alive():
        # It ends when the drive answers. `multiprocessing` would wait for that when this program ends.
        vars(multiprocessing.process)["_children"].discard(process)
        leave_tracker()
        return False
    return True


def leave_tracker() -> None:
    """Have this program end without waiting for the helper that `multiprocessing` keeps beside processes.

    The helper ends with the last of them, those that they started included, and one may hang in a read of a
    dead drive. Python waits for it at the very end from 3.12.10 on, for ever or for a second.
    """
    if os.name != "nt":
        atexit.register(_forget_tracker)


def _forget_tracker() -> None:
    from multiprocessing import resource_tracker

    vars(resource_tracker)["_resource_tracker"]._fd = None  # as though it had never been started


def kill(process: BaseProcess) -> None:
    """Have a process end by force, sooner or later."""
    with contextlib.suppress(PermissionError):  # Windows, of one that is ending already
        process.kill()


def crash_quietly() -> None:
    """Have a crash of this process leave no image of its memory, which may show a film, and no dialog.

    On Windows the dialog would keep it, and the film that it was at, until somebody clicks.
    """
    if sys.platform == "win32":
        import msvcrt

        quiet = msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX | msvcrt.SEM_NOOPENFILEERRORBOX
        msvcrt.SetErrorMode(quiet)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _start_tracker() -> None:
    """Start the helper that `multiprocessing` keeps beside spawned processes, where it keeps one.

    It lets Ctrl-C through again once it runs: started within `_no_interrupts` it would undo that.
    """
    if os.name != "nt":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Hold back Ctrl-C: a process started meanwhile never sees one, where the system can do that.

    Blocked in this thread, the signal may still reach another one, and Python would interrupt this one for
    it, with the new process half fed: so it is only noted until the end. Windows has no such thing, but
    a process starts with Ctrl-C turned off if it is off in the one that starts it; here it goes unheard
    meanwhile, and has to be pressed again.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetConsoleCtrlHandler(None, True)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetConsoleCtrlHandler(None, False)
        return
    noted: list[int] = []
    ours = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        if ours:
            signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if noted:
        signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def _no_main_module() -> Iterator[None]:
    """Hide the program's own main module: a process started meanwhile does not import it again.

    So it starts sooner, and a plain script may call a scan without guarding its main part.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
