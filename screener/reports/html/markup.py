"""Text and pictures as markup. Every value from outside goes through here."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from screener.records import Band
from screener.reports import wording


def safe(value: str) -> str:
    """`value` for a text or a quoted attribute: nothing in it is markup, every character can be seen."""
    return escape(wording.visible(value))


def base64(data: bytes) -> str:
    """`data` for a data: URI."""
    return b64encode(data).decode("ascii")


def badge(band: Band) -> str:
    """The band's shape and name, coloured."""
    return (
        f'<span class="badge {band}"><span aria-hidden="true">{wording.BAND_SHAPES[band]}</span> '
        f"{wording.BAND_NAMES[band]}</span>"
    )
