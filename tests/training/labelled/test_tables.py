"""A label CSV: files, folders, names and UIDs, and what is wrong with it in one line."""

from pathlib import Path

import pytest

from builders.dicom import dicom
from builders.pictures import film, png
from screener.errors import DataError
from screener.tasks.load import load_task
from screener.training.labelled.labels import find_examples
from screener.training.labelled.tables import read_rows

TASK = load_task("pneumonia")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two studies of DICOM files without suffix, and a PNG."""
    for study, uid in (("study1", "1.2.3.1"), ("study2", "1.2.3.2")):
        place = tmp_path / "films" / study / "series"
        place.mkdir(parents=True)
        for number in (1, 2):
            data = dicom(film(24, 24, seed=number), SOPInstanceUID=f"{uid}.{number}", PatientID="SECRET")
            (place / f"IM{number}").write_bytes(data)
    (tmp_path / "c.png").write_bytes(png(film(24, 24)))
    return tmp_path


def _found(folder: Path, text: str) -> list[tuple[str, int, str]]:
    table = folder / "labels.csv"
    table.write_text(text)
    return [(e.name, e.label, e.patient) for e in find_examples(table, TASK, for_training=False)]


def test_a_folder_stands_for_each_picture_in_it(folder: Path) -> None:
    assert _found(folder, "path,label,patient\nfilms/study1,normal,p1\nfilms/study2/series/,1,p2\n") == [
        ("films/study1/series/IM1", 0, "p1"),
        ("films/study1/series/IM2", 0, "p1"),
        ("films/study2/series/IM1", 1, "p2"),
        ("films/study2/series/IM2", 1, "p2"),
    ]


def test_a_uid_is_looked_up_in_the_files_and_no_patient_with_it(folder: Path) -> None:
    assert _found(folder, "SOPInstanceUID,Label\n1.2.3.1.2,normal\n1.2.3.2.1,pneumonia\n") == [
        ("films/study1/series/IM2", 0, "films/study1/series/IM2"),
        ("films/study2/series/IM1", 1, "films/study2/series/IM1"),
    ]


def test_a_name_without_folder_and_suffix_is_enough(folder: Path) -> None:
    (folder / "films" / "study1" / "abc.dcm").write_bytes(dicom(film(24, 24)))
    assert [name for name, *_ in _found(folder, "path,label\nabc,1\nc.png,0\n")] == [
        "c.png",
        "films/study1/abc.dcm",
    ]


def test_a_line_a_finding_counts_a_picture_once(folder: Path) -> None:
    assert len(_found(folder, "path,label,patient\nc.png,1,p\nc.png,1,p\n")) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,label\nc.png,1\nc.png,0\n", "line 3: c.png is in line 2 too, with other values"),
        ("path,label\nIM1,1\n", "'IM1' may be .*study1.* or .*study2"),
        ("sop_instance_uid,label\n1.2.9,1\n", "line 2: 1.2.9 is missing"),
        ("path,label\nfilms/study9/IM1,1\n", "line 2: films/study9/IM1 is missing"),
        ("path,label\n,1\n", "line 2: nothing in column path"),
        ("name,label\nx,1\n", "no column 'path'"),
        ("path\nc.png\n", "no column 'label'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(folder: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        _found(folder, text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_part_columns_too(folder: Path, mark: str) -> None:
    assert _found(folder, f"path{mark}label\nc.png{mark}1\n") == [("c.png", 1, "c.png")]


def test_one_file_however_it_is_spelt_counts_once(folder: Path) -> None:
    assert _found(folder, f"path,label\nc.png,1\n{folder / 'c.png'},1\n./films/../c.png,1\n") == [
        ("c.png", 1, "c.png")
    ]
    with pytest.raises(DataError, match=r"line 3: .*c\.png is in line 2 too"):
        _found(folder, f"path,label\nc.png,1\n{folder / 'c.png'},0\n")


def test_a_line_that_names_nothing_says_so(folder: Path) -> None:
    with pytest.raises(DataError, match="line 3: nothing in column path"):
        _found(folder, "path,label\nc.png,1\n,1\n")


def test_a_name_longer_than_any_file_s_is_missing(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    for name in ("x" * 300 + ".png", "a/" + "x" * 300):
        table.write_text(f"path,label\n{name},normal\n")
        with pytest.raises(DataError, match=r"labels\.csv, line 2: a?/?x+.* is missing"):
            find_examples(table, TASK)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_names_the_way_out(encoding: str, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_bytes("path,label\nfilm-ä.png,normal\n".encode(encoding))
    with pytest.raises(DataError, match=r"labels\.csv cannot be read: .*save it as CSV UTF-8"):
        find_examples(table, TASK)


def test_windows_paths_are_understood_anywhere(folder: Path) -> None:
    assert [
        name for name, *_ in _found(folder, "path,label\nfilms\\study1\\series\\IM1,1\n.\\c.png,0\n")
    ] == [
        "c.png",
        "films/study1/series/IM1",
    ]
    with pytest.raises(DataError, match=r"line 2: C:\\films\\c\.png is missing, looked for from /.* on"):
        _found(folder, "path,label\nC:\\films\\c.png,1\n")


def test_the_separators_that_a_spreadsheet_leaves_are_no_line(folder: Path) -> None:
    assert _found(folder, "path;label;age\n\nc.png;1;3\n;;\n ; ;\n\n") == [("c.png", 1, "c.png")]
    with pytest.raises(DataError, match="line 3: nothing in column path"):
        _found(folder, "path;label;age\nc.png;1;3\n;;4\n")


@pytest.mark.parametrize("heading", ["path,Label,label", "path,label,patient,Patient", "path,label,Path"])
def test_a_column_that_is_there_twice_is_refused(folder: Path, heading: str) -> None:
    with pytest.raises(DataError, match=r"labels\.csv: column '\w+' is there twice; keep one"):
        _found(folder, f"{heading}\nc.png,1,0,0\n")


@pytest.mark.parametrize("blank", ["", "NA", "n/a", "NaN", " null "])
def test_patients_that_are_not_known_are_not_one_patient(folder: Path, blank: str) -> None:
    lines = f"c.png,1,{blank},{blank}\nfilms/study1/series/IM1,0,{blank},{blank}\n"
    assert _found(folder, f"path,label,patient,split\n{lines}") == [
        ("c.png", 1, "c.png"),
        ("films/study1/series/IM1", 0, "films/study1/series/IM1"),
    ]


def test_decimal_commas_are_read_where_semicolons_part(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("path;label;weight\na.png;0,75;-3,5\nb,1.png;1;1,234,5\n")
    assert list(read_rows(table, ("label",))) == [
        (2, {"path": "a.png", "label": "0.75", "weight": "-3.5"}),
        (3, {"path": "b,1.png", "label": "1", "weight": "1,234,5"}),
    ]
    table.write_text('path,label,weight\na.png,1,"1,234"\n')
    assert [row["weight"] for _, row in read_rows(table, ("label",))] == ["1,234"]


def test_a_table_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv cannot be read: No such file or directory$"):
        list(read_rows(tmp_path / "gone.csv", ("label",)))


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((), ""),
        (("b.png",), "; so is b.png"),
        (("b.png", "d.png", "e.png"), "; so are b.png, d.png, e.png"),
        (("b.png", "d.png", "e.png", "f.png", "g.png"), "; so are b.png, d.png, e.png and 2 more"),
    ],
)
def test_all_missing_files_are_told_of_with_the_first(
    folder: Path, others: tuple[str, ...], said: str
) -> None:
    lines = "".join(f"{name},1\n" for name in ("c.png", "a.png", *others, "c.png"))
    with pytest.raises(DataError) as told:
        _found(folder, f"path,label\n{lines}")
    assert str(told.value).endswith(f"line 3: a.png is missing, looked for from {folder} on{said}")
