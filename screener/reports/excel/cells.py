"""Cells and how they look. A cell of text is text, whatever it starts with."""

from __future__ import annotations

import re
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener.records import Band
from screener.reports.wording import visible

LONGEST_TEXT = 32_767
"""Characters (UTF-16 units) that Excel holds in a cell."""

BAND_COLOURS = {Band.POSITIVE: "D55E00", Band.UNCERTAIN: "E69F00", Band.NEGATIVE: "0072B2"}
"""Orange-red, amber and blue of Okabe and Ito's palette, which colour-blind eyes tell apart."""

_BAND_TINTS = {Band.POSITIVE: "FBDCC5", Band.UNCERTAIN: "FFEFC7", Band.NEGATIVE: "D8EAF6"}

_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Look(StrEnum):
    """How a cell looks; a named style of the workbook."""

    TITLE = "screener title"
    NOTICE = "screener notice"
    HEADING = "screener heading"
    HEADER = "screener header"
    NUMBER_HEADER = "screener number header"
    TEXT = "screener text"
    WRAPPED = "screener wrapped"
    SMALL = "screener small"
    LINK = "screener link"
    COUNT = "screener count"
    FIGURE = "screener figure"
    SMALL_FIGURE = "screener small figure"
    SETTING = "screener setting"
    SHARE = "screener share"
    SCORE = "screener score"
    SHARE_LEFT = "screener share left"
    SHARE_WHOLE = "screener whole share"
    RANK = "screener rank"
    INPUT = "screener input"
    POSITIVE = "screener positive"
    UNCERTAIN = "screener uncertain"
    NEGATIVE = "screener negative"


def band_look(band: Band) -> Look:
    """The look of a cell that names the band."""
    return Look[band.name]


def add_looks(workbook: Workbook) -> None:
    """Give the workbook every `Look`."""
    for look in Look:
        workbook.add_named_style(_style(look))


def text(sheet: WriteOnlyWorksheet, value: str, look: Look = Look.TEXT) -> Cell:
    """A cell of text; what Excel cannot hold is escaped or, past its limit, cut with an ellipsis."""
    if not value:
        return blank(sheet, look)
    cell = WriteOnlyCell(sheet, cell_text(value))
    cell.data_type = "s"  # not what openpyxl guessed from a leading "=" or from "#N/A"
    cell.style = look
    return cell


def number(sheet: WriteOnlyWorksheet, value: float, look: Look) -> Cell:
    """A cell with a number."""
    cell = WriteOnlyCell(sheet, value)
    cell.style = look
    return cell


def blank(sheet: WriteOnlyWorksheet, look: Look) -> Cell:
    """An empty cell with a look."""
    cell = WriteOnlyCell(sheet)
    cell.style = look
    return cell


def cell_text(value: str) -> str:
    """`value` as Excel will show it: what XML forbids written as an escape, "_x0041_" kept literal.

    Excel reads _xHHHH_ in a text as the character of that number (ECMA-376 part 1, 22.9.2.19).
    """
    shown = _LOOKS_ESCAPED.sub("_x005F_", visible(value))
    if len(shown.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return shown
    cut = shown.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)]
    return cut.decode("utf-16-le", "ignore") + "…"


def _style(look: Look) -> NamedStyle:
    style = NamedStyle(look.value)
    style.font = Font(name="Calibri", size=11)
    style.number_format = "@"
    style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    for name, value in _CHANGES.get(look, {}).items():
        setattr(style, name, value)
    return style


_RULE = Side(style="thin", color="BFC7D1")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center", indent=1)
_WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)

_CHANGES: dict[Look, dict[str, object]] = {
    Look.TITLE: {
        "font": Font(name="Calibri", size=20, bold=True, color="1F2A37"),
        "alignment": Alignment(vertical="center"),
    },
    Look.NOTICE: {
        "font": Font(name="Calibri", size=12, bold=True, color="7A1F00"),
        "fill": PatternFill("solid", fgColor="FFF1E6"),
    },
    Look.HEADING: {
        "font": Font(name="Calibri", size=13, bold=True, color="1F2A37"),
        "border": Border(bottom=Side(style="medium", color="1F2A37")),
    },
    Look.NUMBER_HEADER: {
        "font": Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
        "fill": PatternFill("solid", fgColor="1F2A37"),
        "alignment": _RIGHT,
    },
    Look.HEADER: {
        "font": Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
        "fill": PatternFill("solid", fgColor="1F2A37"),
        "alignment": _WRAPPED,
    },
    Look.WRAPPED: {"alignment": _WRAPPED},
    Look.SMALL: {"font": Font(name="Consolas", size=9, color="4B5563")},
    Look.LINK: {
        "font": Font(name="Calibri", size=11, underline="single", color="0B5394"),
        "alignment": _WRAPPED,
    },
    Look.COUNT: {"number_format": "#,##0", "alignment": _RIGHT},
    Look.SHARE_LEFT: {
        "number_format": "0.0%",
        "alignment": Alignment(horizontal="left", vertical="center", indent=1),
    },
    Look.SHARE_WHOLE: {"number_format": "0%", "alignment": _RIGHT},
    Look.FIGURE: {"number_format": "0.0000", "alignment": _RIGHT},
    Look.SMALL_FIGURE: {"number_format": "0.00E+00", "alignment": _RIGHT},
    Look.SETTING: {"number_format": "General"},
    Look.SHARE: {"number_format": "0.0%", "alignment": _RIGHT},
    Look.SCORE: {"number_format": "0.00%", "alignment": _RIGHT},
    Look.RANK: {"number_format": "0", "alignment": _CENTRED},
    Look.INPUT: {
        "fill": PatternFill("solid", fgColor="FFFFF2"),
        "border": Border(left=_RULE, right=_RULE, top=_RULE, bottom=_RULE),
        "alignment": _WRAPPED,
    },
    **{
        band_look(band): {
            "font": Font(name="Calibri", size=11, bold=True, color="1F2A37"),
            "fill": PatternFill("solid", fgColor=_BAND_TINTS[band]),
            "border": Border(left=Side(style="thick", color=BAND_COLOURS[band])),
        }
        for band in Band
    },
}
