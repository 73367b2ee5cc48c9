"""The program of the window alone: for a double click, where nobody sees a terminal."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Open the window, with the films that `arguments` (those of the process by default) name chosen.

    What stops it is told in a box, since there may be no terminal to tell it on.
    """
    from screener.cli.box import tell_in_a_box
    from screener.cli.main import main as program

    program(["desktop", *(sys.argv[1:] if arguments is None else arguments)], tell=tell_in_a_box)
