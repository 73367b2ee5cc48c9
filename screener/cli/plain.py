"""Text that a terminal shows and does not obey."""


def plain(text: str) -> str:
    """`text` on one line, every character that is not printable as its escape.

    File names come from anywhere: one may hold a line break, or an escape sequence that clears the screen,
    sets the window's title or hides what was said before it.
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
