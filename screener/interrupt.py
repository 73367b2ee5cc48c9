"""Ctrl-C: what it comes as, and doing as it does from another thread. Standard library only."""

import signal
import sys
import threading


def interrupts() -> tuple[int, ...]:
    """The signals of the keyboard that ask a program to end: Ctrl-C, and Ctrl-Break on Windows."""
    if sys.platform == "win32":
        return (signal.SIGINT, signal.SIGBREAK)
    return (signal.SIGINT,)


def interrupt() -> None:
    """Do as Ctrl-C does; it ends a wait of the main thread, too.

    `_thread.interrupt_main` would not: on Windows a wait goes on until what it waits for has come.
    """
    main = threading.main_thread().ident
    if sys.platform != "win32" and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
