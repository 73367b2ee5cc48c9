"""What is told where nobody may see a terminal."""

from __future__ import annotations

import os
import sys

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def tell_in_a_box(line: str) -> None:
    """Show `line` until it is dismissed; on stderr too, which is all where no box can be opened."""
    import typer

    typer.echo(f"screener: {line}", err=True)
    if not has_screen():
        return
    try:
        from screener.desktop.notice import show_notice
    except ImportError:  # what Qt needs of the system is missing: the line said so
        return
    show_notice(line)


def has_screen() -> bool:
    """Whether there is a screen to open a window on, as far as can be told without trying."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in _SCREENS)
