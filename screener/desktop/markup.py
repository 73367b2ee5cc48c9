"""Names and other text from outside, as Qt's rich text: a name may hold anything, and be very long."""

from __future__ import annotations

import re
from html import escape

from screener.reports.wording import visible


def escaped(text: str) -> str:
    """`text`, shown as it is."""
    return escape(visible(text))


def breakable(name: str) -> str:
    """A film's name, which may have no space in it, able to go on in the next line."""
    return escaped(re.sub(r"([/\\_.\-]|\w{20})", "\\1\u200b", name))


def tip(*lines: str) -> str:
    """A tool tip that says these lines; Qt would take a name with a tag in it for markup."""
    return "".join(f"<p style='white-space: pre-wrap; margin: 0'>{breakable(line)}</p>" for line in lines)
