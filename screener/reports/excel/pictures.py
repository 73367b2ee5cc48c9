"""Pictures inside cells.

A picture has both its corners tied to its cell, so that it is sorted, hidden and filtered with its row.
"""

from __future__ import annotations

from io import BytesIO

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MARGIN = 5
"""Pixels between a picture and the edges of its cell."""

_POINTS_A_PIXEL = 0.75


def picture(encoded: bytes) -> Image:
    """A picture that can be put into a cell, at one pixel a pixel."""
    return Image(BytesIO(encoded))


def row_height(image: Image) -> float:
    """The height in points of a row that holds the picture."""
    return float((image.height + 2 * MARGIN) * _POINTS_A_PIXEL)


def put_picture(sheet: WriteOnlyWorksheet, image: Image, row: int, column: int) -> None:
    """Put a picture into the cell at `row` and `column` (both from 1)."""
    right, low = MARGIN + image.width, MARGIN + image.height
    start = AnchorMarker(column - 1, pixels_to_EMU(MARGIN), row - 1, pixels_to_EMU(MARGIN))
    end = AnchorMarker(column - 1, pixels_to_EMU(right), row - 1, pixels_to_EMU(low))
    image.anchor = TwoCellAnchor("twoCell", _from=start, to=end)
    sheet.add_image(image)
