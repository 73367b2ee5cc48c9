"""Every status, band, reason and caution has words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.rows import POINTS, a_provenance, a_scored_row
from screener.records import Band, Caution, Counts, Facts, Interval, Status
from screener.reports import wording


def test_nothing_is_without_a_word() -> None:
    assert set(wording.STATUS_NAMES) == set(Status)
    assert (
        set(wording.BAND_NAMES) == set(wording.BAND_SHAPES) == set(Band) == set(wording.band_meanings(POINTS))
    )
    assert len(set(wording.BAND_SHAPES.values())) == len(Band)


@given(st.text())
def test_visible_text_can_be_written_as_xml_and_utf_8(text: str) -> None:
    from xml.etree.ElementTree import fromstring
    from xml.sax.saxutils import escape

    shown = wording.visible(text)
    shown.encode("utf-8")
    assert fromstring(f"<t>{escape(shown)}</t>").text == (shown or None)


def test_what_is_said_of_films_can_be_said_of_patches() -> None:
    said = "Films and a film; each film's FILM, filming, films: Film"
    assert wording.of_kind("patch", said) == "Patches and a patch; each patch's FILM, filming, patches: Patch"
    assert wording.of_kind("film", said) == said


def test_text_of_people_is_left_alone() -> None:
    for text in ("caf\u00e9", "\u80ba", "\u05e8\u05d9", "\U0001fac1", "a\tb\nc", "<b>&", r"\xff"):
        assert wording.visible(text) == text
    assert wording.visible("\x07\x00\ud800") == r"\x07\x00\ud800"


def test_numbers_are_said_as_a_reader_would() -> None:
    assert wording.percent(0.9734) == "97.3 %"
    assert wording.score(0.44337) == "44.34 %"
    assert wording.interval(Interval(0.9734, 0.951, 0.986)) == "97.3 % (95.1 to 98.6)"
    assert wording.size(Facts("png", 1024, 768)) == "1024 × 768"
    assert wording.size(None) == wording.size(Facts("dicom", 0, 0)) == ""


@pytest.mark.parametrize(("frame", "name"), [(0, "a.dcm"), (3, "a.dcm (frame 3)")])
def test_a_frame_has_its_number(frame: int, name: str) -> None:
    assert wording.film_name(a_scored_row(0, "a.dcm", 0.5, frame=frame)) == name


def test_cautions_are_one_line() -> None:
    row = a_scored_row(0, "a.dcm", 0.5, cautions=(Caution.ADULT, Caution.NO_WINDOW))
    assert wording.cautions(row) == f"{Caution.ADULT.sentence}; {Caution.NO_WINDOW.sentence}"


def test_provenance_is_complete() -> None:
    lines = dict(wording.provenance_lines(a_provenance(root="")))
    assert lines["Model"] == "pneumonia-resnet34"
    assert lines["Setting: gate"] == "on"
    assert lines["Names are relative to"] == "each input"
    assert lines["Score"] == "probability of pneumonia"


def test_each_note_of_the_scan_has_its_line() -> None:
    assert "Note" not in dict(wording.provenance_lines(a_provenance()))
    lines = wording.provenance_lines(a_provenance(notes=("no GPU", "a drive failed")))
    assert lines[-2:] == (("Note", "no GPU"), ("Note", "a drive failed"))


def test_a_status_without_files_is_left_out() -> None:
    assert wording.count_lines(Counts({Status.FAILED: 2, Status.SCORED: 1}, {})) == (
        ("Scored", 1),
        ("Failed", 2),
    )
    assert wording.band_meanings(()) == {}


def test_one_file_is_one_file() -> None:
    assert [wording.counted(count, "file") for count in (0, 1, 1200)] == ["0 files", "1 file", "1,200 files"]
