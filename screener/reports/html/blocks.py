"""Sections, tables and pictures of a page without a script. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable

from screener.reports.html.markup import base64, safe


def section(title: str, body: str) -> str:
    """A section under its heading; `body` is markup."""
    return f"<section><h2>{safe(title)}</h2>{body}</section>\n"


def table(caption: str, heads: Iterable[str], rows: Iterable[tuple[str, list[str]]]) -> str:
    """A table, each row's name first."""
    top = "".join(f'<th scope="col">{safe(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{safe(name)}</th>{"".join(f"<td>{safe(cell)}</td>" for cell in cells)}</tr>'
        for name, cells in rows
    )
    said = f"<caption>{safe(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="figures">{said}'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def picture(title: str, png: bytes) -> str:
    """A picture under its title."""
    return (
        f'<figure><figcaption>{safe(title)}</figcaption><img alt="{safe(title)}" '
        f'src="data:image/png;base64,{base64(png)}"></figure>'
    )
