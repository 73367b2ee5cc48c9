"""What Kaggle is given."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.rows import NASTY_NAMES, MemoryView, a_problem_row, a_provenance, a_scored_row
from screener.errors import UsageError
from screener.records import Reason
from screener.reports.base import Remarks
from screener.reports.csv import Sample, Submission, read_sample


def _written(view: MemoryView, path: Path, sample: Sample | None = None) -> tuple[list[list[str]], Remarks]:
    remarks = Submission(sample).write(view, path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file)), remarks


def _view(**scores: float) -> MemoryView:
    rows = [a_scored_row(i, f"{name}.png", score) for i, (name, score) in enumerate(scores.items())]
    return MemoryView(tuple(rows), a_provenance())


def test_ids_and_scores_read_back_exactly(view: MemoryView, tmp_path: Path) -> None:
    lines, _ = _written(view, tmp_path / "s.csv")
    assert lines[0] == ["id", "label"]
    scored = [row for row in view.rows() if row.score is not None]
    assert [(image_id, float(label)) for image_id, label in lines[1:]] == [
        (r.image_id, r.score) for r in scored
    ]
    assert {"=1+1", 'comma, and "quotes"', "\u05e8\u05d9\u05d0\u05d5\u05ea"} <= {line[0] for line in lines}


@given(st.floats(0, 1))
def test_a_score_keeps_its_last_bit(tmp_path_factory: pytest.TempPathFactory, score: float) -> None:
    lines, _ = _written(_view(a=score), tmp_path_factory.mktemp("s") / "s.csv")
    assert float(lines[1][1]) == score


def test_two_films_with_one_id_are_told(tmp_path: Path) -> None:
    rows = (a_scored_row(0, "a/film.png", 0.1), a_scored_row(1, "b/film.png", 0.2))
    lines, remarks = _written(MemoryView(rows, a_provenance()), tmp_path / "s.csv")
    assert lines[1:] == [["film", "0.1"], ["film", "0.2"]]
    assert remarks.notes[0].startswith("submission.csv: 1 id belongs to more than one film")


def test_no_film_leaves_the_header(tmp_path: Path) -> None:
    assert _written(_view(), tmp_path / "s.csv")[0] == [["id", "label"]]


def test_a_sample_gives_header_ids_and_order(tmp_path: Path) -> None:
    sample = Sample(("image_name", "target"), ("c", "a", "missing", "b"))
    lines, remarks = _written(_view(a=0.25, b=0.5, c=0.75, stranger=1.0), tmp_path / "s.csv", sample)
    assert lines == [["image_name", "target"], ["c", "0.75"], ["a", "0.25"], ["b", "0.5"]]
    assert remarks.missing_ids == ("missing",)
    assert "1 of the sample's 4 ids" in remarks.notes[0]
    assert "Kaggle will refuse the file" in remarks.notes[0]
    assert remarks.notes[1] == "submission.csv: 1 scored film is not in the sample and is left out"


def test_a_sample_finds_a_name_that_a_mac_decomposed(tmp_path: Path) -> None:
    decomposed = MemoryView((a_scored_row(0, "cafe\u0301.png", 0.5),), a_provenance())
    lines, remarks = _written(decomposed, tmp_path / "s.csv", Sample(("id", "label"), ("caf\u00e9",)))
    assert lines[1:] == [["caf\u00e9", "0.5"]]
    assert remarks == Remarks()


def test_of_two_films_with_a_sampled_id_the_first_counts(tmp_path: Path) -> None:
    rows = (a_scored_row(0, "a/film.png", 0.1), a_scored_row(1, "b/film.png", 0.2))
    lines, remarks = _written(
        MemoryView(rows, a_provenance()), tmp_path / "s.csv", Sample(("id", "label"), ("film",))
    )
    assert lines[1:] == [["film", "0.1"]]
    assert remarks.notes == (
        "submission.csv: 1 id belongs to more than one film; the first film's score was taken",
    )


def test_a_sample_may_name_films_with_their_suffix_or_path(tmp_path: Path) -> None:
    rows = (
        a_scored_row(0, "a/film.png", 0.1),
        a_scored_row(1, "b/film.png", 0.2),
        a_scored_row(2, "c/film.tar.png", 0.3),
        a_scored_row(3, "c/film.jpg", 0.4),
        a_scored_row(4, "d/video.dcm", 0.5, frame=2, image_id="video-frame2"),
    )
    ids = ("film.jpg", "b/film.png", "video-frame2", "a/film.png", "film.tar")
    lines, remarks = _written(
        MemoryView(rows, a_provenance()), tmp_path / "s.csv", Sample(("id", "label"), ids)
    )
    assert lines[1:] == [list(pair) for pair in zip(ids, ("0.4", "0.2", "0.5", "0.1", "0.3"), strict=True)]
    assert remarks == Remarks()


@pytest.mark.parametrize("names", [("film.png", "film.png.jpg"), ("film.png.jpg", "film.png")])
def test_an_id_goes_before_a_name_with_its_suffix(names: tuple[str, str], tmp_path: Path) -> None:
    scores = {"film.png": 0.1, "film.png.jpg": 0.9}
    rows = tuple(a_scored_row(place, name, scores[name]) for place, name in enumerate(names))
    lines, remarks = _written(
        MemoryView(rows, a_provenance()), tmp_path / "s.csv", Sample(("id", "label"), ("film.png",))
    )
    assert lines[1:] == [["film.png", "0.9"]]
    assert remarks == Remarks()


def test_a_sampled_film_without_a_score_is_told_apart_from_a_missing_one(tmp_path: Path) -> None:
    rows = (a_scored_row(0, "a.png", 0.1), a_problem_row(1, "b.png", Reason.CORRUPT))
    view = MemoryView(rows, a_provenance())
    _, remarks = _written(view, tmp_path / "s.csv", Sample(("id", "label"), ("a", "b", "c")))
    assert remarks.missing_ids == ("b", "c")
    assert (
        "2 of the sample's 3 ids have no score and are left out (1 film here could not be" in remarks.notes[0]
    )


def test_a_sample_of_other_films_is_told(tmp_path: Path) -> None:
    _, remarks = _written(_view(a=0.25), tmp_path / "s.csv", Sample(("id", "label"), ("x.tif",)))
    assert remarks.notes[1] == (
        "submission.csv: none of the sample's ids is the name of a film here, with its suffix or without; it "
        "asks for 'x.tif' where a film here gives 'a'"
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_sample_is_read_as_kaggle_writes_it(ending: str, mark: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_text(
        mark + ending.join(["id,label", "b,0", '"a,1",0', "", "007,0.5", ""]), "utf-8", newline=""
    )
    assert read_sample(path) == Sample(("id", "label"), ("b", "a,1", "007"))


def test_every_nasty_id_survives_a_sample(view: MemoryView, tmp_path: Path) -> None:
    first, _ = _written(view, tmp_path / "first.csv")
    ids = tuple(dict.fromkeys(line[0] for line in first[1:]))
    assert len(ids) >= len(NASTY_NAMES)
    sample = tmp_path / "sample.csv"
    with sample.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "label"), *((image_id, 0) for image_id in ids)])
    lines, remarks = _written(view, tmp_path / "second.csv", read_sample(sample))
    assert tuple(line[0] for line in lines[1:]) == ids
    assert not remarks.missing_ids


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "No such file or directory"),
        (b"", "first line must be a header of two columns"),
        (b"id\na\n", "first line must be a header of two columns"),
        (b"id,p,q\na,0,0\n", "first line must be a header of two columns"),
        (b"id,label\n", "a header and no ids"),
        (b"id,label\n,0.5\n", "a row without an id"),
        (b"id,label\na,0\nb,0\na,0\n", "has the id 'a' more than once"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "is not a CSV file in UTF-8"),
        (b'id,label\n"a,0\n', "is not a CSV file in UTF-8"),
        ("id,label\na,0\n".encode("utf-16"), "is not a CSV file in UTF-8"),
    ],
)
def test_a_sample_that_cannot_be_meant(content: bytes | None, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=complaint) as caught:
        read_sample(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_sample(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--sample-submission"):
        read_sample(tmp_path)
