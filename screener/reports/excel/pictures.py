"""Pictures inside cells."""

from __future__ import annotations

from io import BytesIO

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MARGIN = 4
"""Pixels between a picture and its cell's upper and left edge."""


def put_picture(sheet: WriteOnlyWorksheet, picture: bytes, row: int, column: int) -> None:
    """Put an encoded picture, at one pixel a pixel, into the cell at `row` and `column` (both from 1).

    Both its corners are tied to the cell, so that it is sorted, hidden and filtered with its row.
    """
    image = Image(BytesIO(picture))
    start = AnchorMarker(column - 1, pixels_to_EMU(MARGIN), row - 1, pixels_to_EMU(MARGIN))
    end = AnchorMarker(
        column - 1, pixels_to_EMU(MARGIN + image.width), row - 1, pixels_to_EMU(MARGIN + image.height)
    )
    image.anchor = TwoCellAnchor("twoCell", _from=start, to=end)
    sheet.add_image(image)
