"""How a file is named in rows: printable, and never the same for two files."""

from __future__ import annotations

import os
import re
from contextlib import suppress

_HIDDEN = frozenset(
    code
    for first, last in (
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
        (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    )
    for code in range(first, last + 1)
)  # fmt: skip
"""Line separators, and what Unicode calls ignorable by default, such as joiners, spaces without width and
marks that turn the direction of writing: they make one name look like another."""

_JOINING = frozenset((0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
"""Of those, what shapes the character before it in Persian, Indic and Japanese writing and in emoji."""

_TURNING = frozenset(
    [0x2028, 0x2029, 0xFEFF, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Of those, what tears a line apart or turns the text around it."""

_UID = re.compile(r"\d+(\.\d+){3,}")


def printable(name: str) -> str:
    r"""`name` with all that is no printable text as \xNN, byte by byte of its UTF-8; injective.

    Escaped are control characters, line separators, characters that nobody sees, bytes that are no UTF-8
    (which Python carries as lone surrogates), Unicode's non-characters, and the backslash itself, so that
    an escape can be told from a name that looks like one. Joiners and variation selectors stay behind a
    letter or sign beyond ASCII, which they shape.
    """
    if _is_plain(name):
        return name
    return "".join(
        c if ord(c) in _JOINING and _is_shaped(before) else _escaped(c, _HIDDEN)
        for before, c in zip(" " + name, name, strict=False)
    )


def image_id(name: str) -> str:
    """Kaggle's id of a file name: the name without its last suffix, with as few escapes as can be.

    An id is compared with ids, so characters that nobody sees stay; see `printable` for the others.
    A name that is a DICOM UID and nothing else (`1.2.840.113619.2.55`) is kept whole: its last number is
    no suffix, and without it a series of films would share one id.
    """
    if _UID.fullmatch(name):
        return name
    stem, _ = os.path.splitext(name)  # noqa: PTH122 - a name inside a zip is no path of this system
    return stem if _is_plain(stem) else "".join(_escaped(c, _TURNING) for c in stem)


def text_of(name: bytes, system: str = os.name) -> str:
    """A file name's bytes as text, the same under any locale: those that are no UTF-8 as lone surrogates.

    `os.fsdecode` would ask the locale, and call a film otherwise where that is plain C. Windows' own names
    may hold half surrogates, which stand for themselves there.
    """
    if system == "nt":
        with suppress(UnicodeDecodeError):  # a name from another system, as in a store that was made there
            return name.decode("utf-8", "surrogatepass")
    return name.decode("utf-8", "surrogateescape")


def bytes_of(name: str, system: str = os.name) -> bytes:
    """The bytes of a name that `text_of` gave."""
    return name.encode("utf-8", "surrogatepass" if system == "nt" else "surrogateescape")


def _is_plain(name: str) -> bool:
    """Whether nothing needs an escape: a quick test that most names pass."""
    return name.isascii() and name.isprintable() and "\\" not in name


def _is_shaped(character: str) -> bool:
    code = ord(character)
    return code > 0x7F and not _is_unprintable(code, _HIDDEN)


def _escaped(character: str, hidden: frozenset[int]) -> str:
    return _escape(character) if _is_unprintable(ord(character), hidden) else character


def _is_unprintable(code: int, hidden: frozenset[int]) -> bool:
    return (
        code < 0x20
        or code == 0x5C
        or 0x7F <= code < 0xA0
        or 0xD800 <= code < 0xE000
        or 0xFDD0 <= code < 0xFDF0
        or code & 0xFFFE == 0xFFFE
        or code in hidden
    )


def _escape(character: str) -> str:
    code = ord(character)
    data = bytes([code - 0xDC00]) if 0xDC80 <= code < 0xDD00 else character.encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in data)
