"""The workbook opens, reads back, and stays text where text was meant."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from PIL import Image

from builders.rows import NASTY_NAMES, MemoryView, a_problem_row, a_provenance, a_scored_row, a_thumbnail
from screener import NOTICE
from screener.records import Band, Facts, Interval, OperatingPoint, Reason, Row
from screener.reports import wording
from screener.reports.excel import sheet as long_sheet
from screener.reports.excel.workbook import ExcelReport


@pytest.fixture(scope="module")
def book(report: Path) -> Any:
    return openpyxl.load_workbook(report)


def _write(rows: list[Row], path: Path, writer: ExcelReport | None = None, **provenance: object) -> Any:
    (writer or ExcelReport()).write(MemoryView(tuple(rows), a_provenance(**provenance)), path)
    return openpyxl.load_workbook(path)


def _column(sheet: Any, heading: str) -> list[Any]:
    headings = [cell.value for cell in sheet[1]]
    column = headings.index(heading) + 1
    return [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]


def test_the_worklist_reads_back(book: Any, view: MemoryView) -> None:
    sheet = book["Worklist"]
    rows = list(view.worklist())
    assert [cell.value for cell in _column(sheet, "Priority")] == list(range(1, len(rows) + 1))
    assert [unescape(cell.value) for cell in _column(sheet, "Film")] == [
        wording.film_name(row) for row in rows
    ]
    assert [cell.value for cell in _column(sheet, "Score")] == [row.score for row in rows]
    assert [cell.value for cell in _column(sheet, "P(normal)")] == [row.probabilities[0] for row in rows]  # type: ignore[index]
    assert [cell.value for cell in _column(sheet, "Band")] == [wording.band_label(row.band) for row in rows]  # type: ignore[arg-type]
    assert [cell.value or "" for cell in _column(sheet, "Cautions")] == [
        wording.cautions(row) for row in rows
    ]
    assert [cell.value for cell in _column(sheet, "SHA-256")] == [row.sha256 for row in rows]
    assert [unescape(cell.value) for cell in _column(sheet, "Image id")] == [row.image_id for row in rows]
    assert "window 40/400 LINEAR" in str(_column(sheet, "Applied to the grey levels")[19].value)


def test_the_problems_read_back(book: Any, view: MemoryView) -> None:
    sheet = book["Problems"]
    rows = list(view.problems())
    assert [unescape(cell.value) for cell in _column(sheet, "Film")] == [row.name for row in rows]
    assert [cell.value for cell in _column(sheet, "Reason")] == [row.reason.sentence for row in rows]  # type: ignore[union-attr]
    assert [cell.value for cell in _column(sheet, "Code")] == [row.reason for row in rows]
    assert _column(sheet, "Detail")[-1].value == r"<i>=detail()</i>\x07\ud800"


def test_no_text_is_a_formula_an_error_or_a_number(book: Any) -> None:
    for sheet in book:
        for line in sheet.iter_rows():
            assert {cell.data_type for cell in line} <= {"s", "n"}
            assert not [cell for cell in line if cell.data_type == "n" and isinstance(cell.value, str)]
    names = {cell.value: cell.data_type for cell in _column(book["Worklist"], "Film")}
    assert {names[name] for name in ("=1+1.jpg", "#N/A.jpg", "007.jpg", "1e5.jpg", "-2+3.jpg")} == {"s"}


def test_a_name_that_is_nothing_but_a_formula_stays_one_when_it_is_edited(book: Any) -> None:
    formats = {cell.number_format for cell in _column(book["Worklist"], "Film")}
    assert formats == {"@"}


def test_a_score_is_shown_to_the_decimals_of_the_thresholds(book: Any) -> None:
    assert {cell.number_format for cell in _column(book["Worklist"], "Score")} == {"0.00%"}
    assert any("83.00 %" in str(cell.value) for line in book["Summary"] for cell in line)


def test_films_are_linked(book: Any, report: Path, view: MemoryView) -> None:
    linked = [cell for cell in _column(book["Worklist"], "Film") if cell.hyperlink is not None]
    assert len(linked) == len(list(view.worklist()))
    targets = {cell.value: cell.hyperlink.target for cell in linked}
    assert targets["ward 1/film-001.jpeg"] == "file:///archive/films/ward%201/film-001.jpeg"
    assert targets["javascript:alert(1).jpg"] == "file:///archive/films/javascript%3Aalert%281%29.jpg"
    assert targets["archive.zip/inner/film.dcm"] == "file:///archive/films/archive.zip"


def test_a_reader_can_give_a_verdict(book: Any) -> None:
    sheet = book["Worklist"]
    (choice,) = sheet.data_validations.dataValidation
    verdicts = _column(sheet, "Verdict")
    assert choice.formula1 == '"agree,disagree,unsure"'
    assert str(choice.sqref) == f"{verdicts[0].coordinate}:{verdicts[-1].coordinate}"
    assert {cell.value for cell in verdicts} == {None}


def test_sheets_are_ready_to_be_worked_with(book: Any) -> None:
    assert book.sheetnames == ["Summary", "Worklist", "Problems"]
    for sheet in (book["Worklist"], book["Problems"]):
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.left.text == NOTICE
        assert sheet.column_dimensions["A"].width


def test_bands_differ_by_word_shape_and_colour(book: Any) -> None:
    fills = {cell.value: cell.fill.fgColor.rgb for cell in _column(book["Worklist"], "Band")}
    assert set(fills) == {"▲ Positive", "◆ Uncertain", "○ Negative"}
    assert len(set(fills.values())) == 3


def test_the_first_films_show_film_and_heat_map(book: Any, view: MemoryView) -> None:
    sheet = book["Worklist"]
    rows = [row for row in list(view.worklist())[:10] if row.thumbnail]
    assert len(sheet._images) == len(rows)
    for image in sheet._images:
        start, end = image.anchor._from, image.anchor.to
        assert (start.col, start.row) == (end.col, end.row)
        picture = Image.open(BytesIO(image._data()))
        assert picture.width > picture.height
        assert sheet.row_dimensions[start.row + 1].height >= picture.height * 0.75


def test_without_thumbnails_there_is_no_picture_column(tmp_path: Path) -> None:
    book = _write([a_scored_row(0, "a.png", 0.5)], tmp_path / "r.xlsx")
    assert "Film, and under its heat map" not in [cell.value for cell in book["Worklist"][1]]


def test_the_patient_id_has_a_column_only_where_it_was_asked_for(book: Any, tmp_path: Path) -> None:
    assert "Patient id" not in [cell.value for cell in book["Worklist"][1]]
    facts = Facts("dicom", 10, 10, patient="=12-3")
    asked = _write([a_scored_row(0, "a.dcm", 0.5, facts=facts)], tmp_path / "r.xlsx")
    assert _column(asked["Worklist"], "Patient id")[0].value == "=12-3"
    assert "Patient id" not in [cell.value for cell in book["Problems"][1]]
    refused = a_problem_row(0, "a.dcm", Reason.LATERAL, facts=facts)
    asked = _write([refused, a_problem_row(1, "b.txt", Reason.CORRUPT)], tmp_path / "r.xlsx")
    assert [cell.value for cell in _column(asked["Problems"], "Patient id")] == ["=12-3", None]


def test_frames_are_not_counted_as_files(tmp_path: Path) -> None:
    frames = [a_scored_row(0, "a.dcm", 0.5, frame=1), a_scored_row(0, "a.dcm", 0.6, frame=2)]
    assert _write(frames, tmp_path / "r.xlsx")["Summary"]["A4"].value == "Files and frames"
    assert _write(frames[:0], tmp_path / "r.xlsx")["Summary"]["A4"].value == "Files"


def test_the_summary_tells_which_films_have_pictures(tmp_path: Path) -> None:
    rows = [a_scored_row(index, f"{index}.png", 0.5, a_thumbnail(index)) for index in range(3)]

    def told(pictures: int) -> list[str]:
        remarks = ExcelReport(pictures).write(MemoryView(tuple(rows), a_provenance()), tmp_path / "r.xlsx")
        assert remarks.notes == ()
        lines = openpyxl.load_workbook(tmp_path / "r.xlsx")["Summary"].iter_rows(max_col=1, values_only=True)
        return [line for (line,) in lines if "pictures here" in str(line)]

    assert told(2) == ["The first 2 films have their pictures here; --format html has more."]
    assert told(3) == []


def test_the_summary_says_it_all(book: Any, view: MemoryView) -> None:
    sheet = book["Summary"]
    texts = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    for expected in (NOTICE, "Chest film: pneumonia", "pneumonia-resnet34", "screener 0.1.0", "2025-03-14"):
        assert expected in texts
    assert "97.2 % (96.0 to 98.1)" in texts
    assert "films, =more & <more>" in texts
    assert view.provenance().model_sha256 in texts
    counts = {line[0].value: line[1].value for line in sheet.iter_rows(max_col=2)}
    assert counts["Scored"] == view.counts().scored
    assert counts["▲ Positive"] == view.counts().band[Band.POSITIVE]
    assert counts["All"] == view.counts().total
    assert len(sheet._charts) == 1


def test_the_chart_shows_every_scored_film(book: Any, view: MemoryView) -> None:
    sheet = book["Summary"]
    (chart,) = sheet._charts
    films = 0
    for series in chart.series:
        cells = sheet[series.val.numRef.f.split("!")[1].replace("$", "")]
        films += sum(cell.value for (cell,) in cells)
    assert films == view.counts().scored


def test_no_time_but_the_scans_day_is_in_it(report: Path) -> None:
    with ZipFile(report) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2025-03-14T00:00:00Z") == 2


def test_links_stand_where_the_format_wants_them(report: Path) -> None:
    with ZipFile(report) as archive:
        text = archive.read("xl/worksheets/sheet2.xml")
    order = [
        "</sheetData>",
        "<autoFilter",
        "<conditionalFormatting",
        "<dataValidations",
        "<hyperlinks",
        "<pageMargins",
    ]
    places = [text.index(mark.encode()) for mark in order]
    assert places == sorted(places)


def test_an_empty_scan_makes_a_workbook(tmp_path: Path) -> None:
    book = _write([], tmp_path / "r.xlsx", operating_points=())
    assert book["Worklist"].max_row == 1
    assert book["Problems"].max_row == 1


def test_rows_beyond_excels_last_go_on_in_another_sheet(tmp_path: Path) -> None:
    rows = [a_scored_row(i, f"{i}.png", 1 - i / 10, a_thumbnail(i)) for i in range(5)]
    rows += [a_problem_row(9 + i, f"bad {i}.png", Reason.CORRUPT) for i in range(3)]
    book = _write(rows, tmp_path / "r.xlsx", ExcelReport(pictures=4, rows_a_sheet=2), root="/films")
    assert book.sheetnames == ["Summary", "Worklist", "Worklist 2", "Worklist 3", "Problems", "Problems 2"]
    films = [cell.value for name in book.sheetnames[1:4] for cell in _column(book[name], "Film")]
    assert films == [f"{i}.png" for i in range(5)]
    assert _column(book["Worklist 3"], "Priority")[0].value == 5
    assert _column(book["Problems 2"], "Film")[0].hyperlink.target == "file:///films/bad%202.png"
    assert [len(book[name]._images) for name in book.sheetnames[1:4]] == [2, 2, 0]


def test_links_that_excel_cannot_hold_are_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_sheet, "LINKS", 2)
    rows = [a_scored_row(i, f"{i}.png", 1 - i / 10) for i in range(4)]
    rows.append(a_scored_row(4, "%" * 700 + ".png", 1.0))
    remarks = ExcelReport().write(MemoryView(tuple(rows), a_provenance()), tmp_path / "r.xlsx")
    assert remarks.notes == (
        "report.xlsx: Excel has no room for the links of 3 films; their names are plain text",
    )
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    linked = [cell.hyperlink is not None for cell in _column(book["Worklist"], "Film")]
    assert linked == [True, False, True, False, False]
    assert "Excel has no room" in " ".join(str(cell.value) for cell in book["Summary"]["A"])


def test_many_labels_have_a_column_each(tmp_path: Path) -> None:
    row = a_scored_row(0, "a.png", 0.7, probabilities=(0.6, 0.3, 0.1))
    book = _write(
        [row], tmp_path / "r.xlsx", labels=("bacteria", "normal", "virus"), positive=("bacteria", "virus")
    )
    values = [_column(book["Worklist"], f"P({name})")[0].value for name in ("bacteria", "normal", "virus")]
    assert values == [0.6, 0.3, 0.1]
    assert "probability of bacteria or virus" in [cell.value for cell in book["Summary"]["B"]]


def test_an_operating_point_of_one_threshold_leaves_no_band_between(tmp_path: Path) -> None:
    point = OperatingPoint("balanced", 0.5, Interval(1, 1, 1), Interval(1, 1, 1))
    book = _write([a_scored_row(0, "a.png", 0.9)], tmp_path / "r.xlsx", operating_points=(point,))
    assert "balanced" in [cell.value for cell in book["Summary"]["A"]]


@pytest.mark.slow
def test_libreoffice_opens_it(report: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no soffice on the path; install libreoffice-calc to run this")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2",
    ]
    subprocess.run([*command, "--outdir", tmp_path, report], check=True, capture_output=True, timeout=180)
    text = (tmp_path / "report-Worklist.csv").read_text("utf-8")
    for name in set(NASTY_NAMES) - {'comma, and "quotes".jpg', "a\"b'c & <b>d</b>.png"}:
        assert name.strip() in text
    assert "Err:" not in text


def test_what_the_operating_points_rest_on_has_a_line_of_its_own(book: Any) -> None:
    """Beside it stands the histogram's heading, which cuts off what is too long for its columns."""
    sheet = book["Summary"]
    lines = [row[0].value for row in sheet.iter_rows(max_col=1)]
    place = lines.index("Operating points")
    assert lines[place + 1] == "On the validation films that chose them, plain and stressed (95 % interval)"
    assert lines[place + 2] == "Name"
