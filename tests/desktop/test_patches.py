"""Slide patches are called patches, not films, in the window; in Chinese one word means both."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QWidget

from builders.rows import a_provenance
from screener.desktop.app import translate
from screener.desktop.control.store_desk import Snapshot
from screener.desktop.model.worklist import FILM, Worklist
from screener.desktop.notes import note
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.window import Window
from screener.records import Status
from screener.scanning.reading import Line

_ODD = Line(b"a", 0, "a.png", "", Status.SCORED, None, "", 0.5, "uncertain", cautioned=1)


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translators = translate(qapp, QLocale("zh_CN"))
    yield
    for one in translators:
        qapp.removeTranslator(one)


def _show(window: Window, folder: Path, kind: str) -> None:
    """Show a scan of a task of `kind` that is complete and has no rows."""
    window.scan_page._show_lists(Snapshot(folder, a_provenance(kind=kind), True, [], []))
    window.scan_page.film.clear()


def _texts(page: ScanPage) -> Iterator[str]:
    """What a reader sees, hears or is told of when pointing, of the lists and the film."""
    for widget in (
        page.film,
        page.lists,
        *page.film.findChildren(QWidget),
        *page.lists.findChildren(QWidget),
    ):
        yield from (widget.toolTip(), widget.accessibleName())
    table = page.lists.worklist
    for column in range(table.columnCount()):
        yield table.headerData(column, Qt.Orientation.Horizontal)
    yield table.cell(_ODD, FILM, int(Qt.ItemDataRole.ToolTipRole))
    yield page.film.canvas._saying


def test_a_scan_of_patches_is_one_of_patches_and_the_next_may_be_of_films(
    window: Window, tmp_path: Path
) -> None:
    for kind, other in (("patch", "film"), ("film", "patch")):
        _show(window, tmp_path, kind)
        said = " ".join(_texts(window.scan_page))
        assert len(re.findall(rf"\b{kind}\b", said, re.IGNORECASE)) >= 10
        assert not re.findall(rf"\w* {other}\w*", said, re.IGNORECASE)
        assert window.scan_page._said("Reading the film …") == f"Reading the {kind} …"


def test_a_table_says_that_its_heading_has_changed(qapp: QApplication) -> None:
    table, told = Worklist(), []
    table.headerDataChanged.connect(lambda _, first, last: told.append((first, last)))
    for kind in ("film", "patch", "patch", "film"):
        table.name_pictures(kind)
    assert told == [(FILM, FILM)] * 2


@pytest.mark.usefixtures("chinese")
def test_in_chinese_one_word_means_both(window: Window, tmp_path: Path) -> None:
    said = {}
    for kind in ("film", "patch"):
        _show(window, tmp_path, kind)
        said[kind] = list(_texts(window.scan_page))
    assert said["film"] == said["patch"]
    assert any("影像" in text for text in said["patch"])


def test_a_note_on_patches_is_told_of_patches() -> None:
    for said, told in (
        (
            "report.html: pictures of the 5,000 most suspicious patches only",
            "report.html has pictures of the 5,000 most suspicious patches only.",
        ),
        (
            "report.html: the first 20,000 of 30,000 patches; --format xlsx, csv or jsonl gives all",
            "report.html shows the first 20,000 of 30,000 patches; Excel and CSV have all.",
        ),
        (
            "report.xlsx: Excel has no room for the links of 7 patches; their names are plain text",
            "report.xlsx: no room for the links of 7 patches; their names are plain text.",
        ),
        (
            "submission.csv: 2 ids belong to more than one patch (the same file name but for folder and "
            "suffix); each patch has its line, and Kaggle will refuse the file",
            "submission.csv: some patches have the same id, for their file names are alike.",
        ),
    ):
        assert note(said) == told
