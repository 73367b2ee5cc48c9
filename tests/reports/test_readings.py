"""What readers said of films, in every report that people open."""

import csv
import dataclasses
import json
from pathlib import Path

import openpyxl
import pytest

from builders.rows import MemoryView, a_provenance, a_scored_row, a_view
from screener.records import Facts, Row, Verdict
from screener.reports.publish import publish
from screener.reports.worklist import WorklistCsv


@pytest.fixture
def view() -> MemoryView:
    """The sample rows, of whose worklist the first was read and doubted."""
    view = a_view()
    first = next(view.worklist())

    def read(row: Row) -> Row:
        same = (row.key, row.frame) == (first.key, first.frame)
        return dataclasses.replace(row, is_read=True, verdict=Verdict.DISAGREE) if same else row

    return dataclasses.replace(view, all_rows=tuple(read(row) for row in view.rows()))


def test_the_workbook_begins_with_what_was_said(view: MemoryView, tmp_path: Path) -> None:
    publish(["xlsx"], view, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Worklist"]
    header = [cell.value for cell in sheet[1]]
    verdicts = [row[header.index("Verdict")].value for row in sheet.iter_rows(min_row=2)]
    assert verdicts[0] == "disagree"
    assert set(verdicts[1:]) == {None}
    assert sheet.cell(2, header.index("Read") + 1).value == "yes"


def test_the_page_says_it_in_words(view: MemoryView, tmp_path: Path) -> None:
    publish(["html"], view, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.count("Read; the reader disagrees") == 1


def test_the_plain_worklist_names_patients_where_that_was_asked_for(tmp_path: Path) -> None:
    known = a_scored_row(1, "a.dcm", 0.5, facts=Facts("dicom", 10, 10, patient="=12-3"))
    view = MemoryView((known, a_scored_row(2, "b.png", 0.25)), a_provenance())
    publish(["worklist"], view, tmp_path)
    with (tmp_path / "worklist.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["patient id"] for row in csv.DictReader(file)] == ["'=12-3", ""]


def test_programs_get_it_too(view: MemoryView, tmp_path: Path) -> None:
    publish(["jsonl"], view, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()[1:]]
    assert [row["verdict"] for row in rows if row["read"]] == ["disagree"]


def test_the_plain_worklist_is_in_order_and_safe_for_a_spreadsheet(view: MemoryView, tmp_path: Path) -> None:
    publish(["worklist"], view, tmp_path)
    assert (tmp_path / "worklist.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "worklist.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = [float(row["score"]) for row in rows]
    assert scores == [row.score for row in view.worklist()]
    assert [row["priority"] for row in rows] == [str(rank) for rank in range(1, len(rows) + 1)]
    assert (rows[0]["read"], rows[0]["verdict"]) == ("yes", "disagree")
    assert "patient id" not in rows[0]
    assert {row["read"] for row in rows[1:]} == {"no"}
    assert not [row["film"] for row in rows if row["film"].startswith(("=", "+", "-", "@"))]
    assert any(row["film"].startswith("'=") for row in rows)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=cmd().png", "'=cmd().png"),
        ("a;=cmd().png", "a;'=cmd().png"),
        ("a; @SUM(A1);b.png", "a;' @SUM(A1);b.png"),
        ('a;"=1+1;b.png', "a;'\"=1+1;b.png"),
        ("\uff1dcmd().png", "'\uff1dcmd().png"),
        ("a=b;c-d.png", "a=b;c-d.png"),
    ],
)
def test_no_part_of_a_name_is_a_formula_wherever_a_spreadsheet_splits(
    name: str, cell: str, tmp_path: Path
) -> None:
    WorklistCsv().write(MemoryView((a_scored_row(1, name, 0.5),), a_provenance()), tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["film"] for row in csv.DictReader(file)] == [cell]
