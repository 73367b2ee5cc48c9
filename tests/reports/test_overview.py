"""One pass over the worklist finds what the reports' first pages need."""

from hypothesis import given
from hypothesis import strategies as st

from builders.rows import MemoryView, a_problem_row, a_scored_row, a_thumbnail
from screener.records import Band, Facts, Reason
from screener.reports.overview import overview


@given(st.lists(st.floats(0, 1)), st.integers(1, 30))
def test_every_score_lies_in_one_bin(scores: list[float], bins: int) -> None:
    histogram = overview((a_scored_row(i, "a", s) for i, s in enumerate(scores)), bins).histogram
    assert sum(map(sum, histogram.counts.values())) == len(scores)
    assert histogram.bins == bins
    assert histogram.highest <= len(scores)
    assert histogram.edges(0)[0] == 0
    assert histogram.edges(bins - 1)[1] == 1


def test_a_bin_holds_its_lower_edge_and_the_last_one_too() -> None:
    rows = [a_scored_row(i, "a", score) for i, score in enumerate((0.0, 0.5, 1.0))]
    counts = overview(rows, 2).histogram.counts
    assert counts == {Band.NEGATIVE: (1, 0), Band.UNCERTAIN: (0, 1), Band.POSITIVE: (0, 1)}


def test_pictures_and_patients_are_noticed(view: MemoryView) -> None:
    assert overview([a_scored_row(0, "a", 0.5)]).pictures is False
    assert overview([a_scored_row(0, "a", 0.5, a_thumbnail(0))]).pictures is True
    assert overview(view.worklist()).patients is False
    facts = Facts("dicom", 1, 1, patient="7")
    assert overview([a_scored_row(0, "a", 0.5, facts=facts)]).patients is True
    refused = a_problem_row(0, "a", Reason.LATERAL, facts=facts, thumbnail=a_thumbnail(0), frame=2)
    assert (overview([refused]).patients, overview([refused]).pictures) == (True, False)
    assert (overview([refused]).frames, overview([a_scored_row(0, "a", 0.5)]).frames) == (True, False)
