"""How a sheet looks on paper."""

from __future__ import annotations

from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties

from screener import NOTICE

ROW_HEIGHT = 18
"""Points of a row with one line of text."""


def set_up_page(sheet: WriteOnlyWorksheet) -> None:
    """A4 landscape, as wide as the page, the notice at the foot, airy rows; call it before the first row."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.75, 0.35
    sheet.sheet_format.defaultRowHeight = ROW_HEIGHT
    sheet.oddFooter.left.text = NOTICE
    sheet.oddFooter.right.text = "&A, page &P of &N"
