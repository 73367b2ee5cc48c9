"""Text that a terminal shows and does not obey."""

import codecs
from codecs import backslashreplace_errors

_LIKE = {"✓": "+", "✕": "x", "●": "*", "▲": "^", "◆": "*", "○": "o", "→": ">", "…": "~", "–": "-"}
"""Our own marks, and what stands for each where it cannot be written; as wide, for tables."""


def plain(text: str) -> str:
    """`text` on one line, every character that is not printable as its escape.

    File names come from anywhere: one may hold a line break, or an escape sequence that clears the screen,
    sets the window's title or hides what was said before it.
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _closest(error: UnicodeError) -> tuple[str | bytes, int]:
    """What is written for characters that an encoding lacks: a likeness, or else their escapes."""
    if isinstance(error, UnicodeEncodeError) and (like := _LIKE.get(error.object[error.start])):
        return like, error.start + 1
    if isinstance(error, UnicodeEncodeError):
        error.end = error.start + 1
    return backslashreplace_errors(error)


CLOSEST = "screener-closest"
"""The `errors` of a stream that writes any text, as a file of Windows does whose encoding has few letters."""

codecs.register_error(CLOSEST, _closest)
