"""Any text becomes one that Excel takes, and shows as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from screener.reports import wording
from screener.reports.excel.cells import LONGEST_TEXT, cell_text


@given(st.text())
def test_a_text_is_what_excel_will_show(value: str) -> None:
    written = cell_text(value)
    assert not set(written) & set(
        map(chr, [*range(9), *range(11, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
    )
    assert unescape(written) == wording.visible(value) or "_x005F_" in wording.visible(value)


@pytest.mark.parametrize("value", ["x" * 40_000, "\U0001fac1" * 20_000, "_x0041_" * 6_000])
def test_a_text_beyond_excels_limit_is_cut_and_shows_it(value: str) -> None:
    written = cell_text(value)
    assert len(written.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert written.endswith("…")
