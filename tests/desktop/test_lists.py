"""The lists: moves that make one state into the next, filters, and twenty thousand lines."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from builders.rows import NASTY_NAMES
from screener.desktop.model.lists import Change, Filter, Insert, Remove, moves
from screener.desktop.model.table import LineTable
from screener.desktop.model.worklist import BAND, FILM, SCORE, VERDICT, Problems, Worklist
from screener.desktop.settings import Recent
from screener.desktop.view.list_pane import ListPane
from screener.desktop.view.start_page import StartPage
from screener.reports.wording import visible
from screener.scanning.reading import Line


def a_line(number: int, score: float = 0.5, band: str = "uncertain", **changes: object) -> Line:
    name = f"ward/film-{number:05}.dcm"
    line = Line(name.encode(), 0, name, f"{number:064}", "scored", None, "", score, band, 0)
    return line._replace(**changes)


def _ordered(scores: dict[int, tuple[float, int]]) -> list[Line]:
    lines = [a_line(number, score, is_read=read) for number, (score, read) in scores.items()]
    return sorted(lines, key=lambda line: (-line.score, line.key))


lists = st.dictionaries(
    st.integers(0, 30), st.tuples(st.sampled_from([0.1, 0.4, 0.5, 0.9]), st.integers(0, 1)), max_size=20
).map(_ordered)


@given(lists, lists)
def test_moves_make_the_old_list_into_the_new(old: list[Line], new: list[Line]) -> None:
    now = list(old)
    for move in moves(old, new):
        match move:
            case Remove(first, last):
                del now[first : last + 1]
            case Insert(first, lines):
                now[first:first] = lines
            case Change(place, line):
                assert now[place].key == line.key
                now[place] = line
    assert now == new


def test_a_list_that_only_grows_moves_nothing_else() -> None:
    old = _ordered({1: (0.9, 0), 5: (0.4, 0)})
    new = _ordered({1: (0.9, 0), 3: (0.5, 0), 4: (0.5, 0), 5: (0.4, 0)})
    assert list(moves(old, new)) == [Insert(1, tuple(new[1:3]))]


def test_filter_by_band_and_name() -> None:
    lines = [a_line(1, 0.9, "positive"), a_line(2, 0.5), a_line(12, 0.1, "negative")]
    assert Filter(frozenset({"positive", "negative"})).apply(lines) == [lines[0], lines[2]]
    assert Filter(text="FILM-0001").apply(lines) == [lines[2]]
    assert Filter().apply(lines) == lines


def test_the_table_keeps_qts_rules_and_says_bands_in_words_and_shapes(qtbot: QtBot) -> None:
    table = Worklist()
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.set_lines([a_line(1, 0.9, "positive", verdict="agree", is_read=1), a_line(2, 0.5, cautioned=1)])
    table.set_lines([a_line(0, 0.95, "positive"), a_line(2, 0.5), a_line(3, 0.2, "negative")])
    table.set_filter(Filter(frozenset({"negative", "uncertain"})))
    assert [table.index(row, BAND).data() for row in range(2)] == ["◆ Uncertain", "○ Negative"]
    assert table.index(1, SCORE).data() == "20.00%"
    assert table.index(0, FILM).data(int(Qt.ItemDataRole.FontRole)).bold()
    table.set_filter(Filter())
    table.set_lines([a_line(1, 0.9, "positive", verdict="unsure", is_read=1, frame=2)])
    assert table.index(0, VERDICT).data() == "? Unsure"
    assert table.index(0, FILM).data().endswith("(2)")
    assert not table.index(0, FILM).data(int(Qt.ItemDataRole.FontRole)).bold()


def test_problems_give_reasons(qtbot: QtBot) -> None:
    table = Problems()
    line = Line(b"x", 0, "x\x07.dcm", "", "unreadable", "corrupt", "at byte 7", None, None, 0)
    table.set_lines([line])
    assert table.index(0, 0).data() == "x\\x07.dcm"
    assert table.index(0, 1).data() == "Damaged or cut short"
    assert "at byte 7" in _tip(table, 1)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_tool_tip_says_any_name_as_it_is(name: str, qtbot: QtBot) -> None:
    films, files = Worklist(), Problems()
    films.set_lines([a_line(1)._replace(name=name, cautioned=1)])
    files.set_lines([a_line(1)._replace(name=name, status="unreadable", reason="corrupt")])
    page = StartPage([])
    qtbot.addWidget(page)
    page.show_recent([Recent(f"/results/{name}")])
    assert _tip(films, FILM) == f"{visible(name)}\nThere is something to know of this film."
    assert _tip(files, 0) == visible(name)
    assert _said(page.recent.item(0).toolTip()) == f"/results/{visible(name)}"


def _tip(table: LineTable, column: int) -> str:
    return _said(table.index(0, column).data(int(Qt.ItemDataRole.ToolTipRole)))


def _said(tip: str) -> str:
    """What a tool tip shows."""
    assert tip.startswith("<p")  # by which Qt takes it for rich text
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText().replace("\u200b", "")


def test_a_film_that_is_filtered_away_gives_place_to_the_first_that_is_left(qtbot: QtBot) -> None:
    pane = ListPane()
    qtbot.addWidget(pane)
    told: list[Line | None] = []
    pane.selected.connect(told.append)
    lines = [a_line(n, 1 - n / 50, "positive" if n < 20 else "negative") for n in range(50)]
    pane.worklist.set_lines(lines)
    pane.films.setCurrentIndex(pane.worklist.index(10, 0))
    pane.search.setText("film-0003")
    assert pane.current == lines[30]
    assert told == [lines[10], lines[30]]  # none of those that Qt passes through
    pane.search.setText("no such film")
    assert pane.current is None
    assert told[-1] is None
    pane.search.setText("")
    assert pane.current in (lines[0], lines[30])
    assert told[-1] == pane.current  # or the panel beside it would stay empty


def test_each_list_keeps_its_line_while_the_other_is_shown(qtbot: QtBot) -> None:
    pane = ListPane()
    qtbot.addWidget(pane)
    told: list[Line | None] = []
    pane.selected.connect(told.append)
    lines = [a_line(n, 1 - n / 5000) for n in range(0, 2000, 2)]
    pane.films.show_lines(lines)
    pane.films.setCurrentIndex(pane.worklist.index(500, 0))
    pane.tabs.setCurrentIndex(1)
    assert told == [lines[500], None]
    more = [a_line(n, 1 - n / 5000) for n in range(2000)]
    pane.films.show_lines(more)  # between all of the others: so many moves start the table over
    assert told == [lines[500], None]
    pane.tabs.setCurrentIndex(0)
    assert told == [lines[500], None, lines[500]]
    assert pane.films.selectionModel().selectedRows()[0].row() == 1000


def test_a_line_that_the_keyboard_comes_to_is_selected(qtbot: QtBot) -> None:
    pane = ListPane()
    qtbot.addWidget(pane)
    pane.show()
    pane.files.show_lines([a_line(n, status="unreadable", reason="corrupt") for n in range(2)])
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    pane.tabs.setCurrentIndex(1)
    pane.take_keys()
    assert pane.current == pane.problems.line(0)
    assert [index.row() for index in pane.files.selectionModel().selectedRows()] == [0]


def test_keys_lead_from_the_search_to_the_list_and_through_it(qtbot: QtBot) -> None:
    pane = ListPane()
    qtbot.addWidget(pane)
    pane.show()
    lines = [a_line(n, 1 - n / 50) for n in range(20)]
    pane.films.show_lines(lines)
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    pane.search.setFocus()
    qtbot.keyClicks(pane.search, "film-0001")
    assert pane.current == lines[10]
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert pane.films.hasFocus()
    qtbot.keyClick(pane.films, Qt.Key.Key_End)
    assert pane.current == lines[19]
    qtbot.keyClick(pane.films, Qt.Key.Key_Home)
    assert pane.current == lines[10]


def test_reading_begins_at_the_top_though_a_film_came_up_while_the_list_grew(qtbot: QtBot) -> None:
    pane = ListPane()
    qtbot.addWidget(pane)
    first, later = a_line(9, 0.3, "negative"), [a_line(n, 0.9 - n / 50, "positive") for n in range(3)]
    down, none = Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier
    pane.worklist.set_lines([first])
    pane.select_first()
    pane.films.show_lines([*later, first])
    assert pane.current == first  # it is being looked at
    qtbot.keyClick(pane.films, down)
    assert pane.current == later[0]
    qtbot.keyClick(pane.films, down)
    assert pane.current == later[1]
    pane.films.setCurrentIndex(pane.worklist.index(3, 0))
    pane.films.show_lines([*later, first, a_line(10, 0.1, "negative")])
    qtbot.keyClick(pane.films, down)
    assert pane.current == a_line(10, 0.1, "negative")  # the reader went to the last one, and goes on
    pane.select_first()
    pane.films.show_lines([a_line(11, 0.95, "positive"), *later])
    place = pane.films.visualRect(pane.worklist.index(1, FILM)).center()
    qtbot.mouseClick(pane.films.viewport(), Qt.MouseButton.LeftButton, none, place)  # it is current already
    qtbot.keyClick(pane.films, down)
    assert pane.current == later[1]


def test_twenty_thousand_lines_come_go_and_are_searched_in_a_moment(qtbot: QtBot) -> None:
    pane = ListPane()
    qtbot.addWidget(pane)
    pane.show()
    lines = [a_line(number, 1 - number / 20_000) for number in range(20_000)]
    began = time.process_time()
    pane.worklist.set_lines(lines)
    pane.films.setCurrentIndex(pane.worklist.index(10_000, 0))
    current = pane.current
    pane.worklist.set_lines(
        [a_line(50_000, 1.0, "positive"), *lines]
    )  # what one poll of a running scan brings
    assert pane.current == current
    pane.search.setText("film-1000")  # a start that leaves the current line in
    assert pane.worklist.rowCount() == 10
    assert pane.current == current
    pane.search.setText("")
    assert pane.worklist.rowCount() == 20_001
    assert pane.current == current
    assert time.process_time() - began < 5
