"""Ctrl-C from another thread than the main one. Standard library only."""

import _thread
import signal
import threading


def interrupt() -> None:
    """Do as Ctrl-C does; it ends a wait of the main thread, too, where the system can do that."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main()
