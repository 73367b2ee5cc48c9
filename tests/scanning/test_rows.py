"""Rows: what stands in one, and what never may."""

from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from builders.model import tiny_card
from screener.engines.maps import heat_map, on_whole_picture
from screener.records import Band, Caution, Decoded, Facts, Reason, Refused, Source, Status
from screener.scanning.rows import Seen, refused_row, renamed, scored_row, unscored_row

SOURCE = Source(Path("/films/a.dcm"), "a.dcm", b"a.dcm", "a")
DECODED = Decoded(
    np.zeros((2, 2, 1), np.uint8), b"jpeg", Facts("dicom", 9, 8), ("inverted",), (Caution.ADULT,)
)
MAPS = np.float32([[[0, 1], [2, 3]], [[4, 4], [0, 8]]])
BINARY = np.array([False, True])


def seen(*shares: float, maps: np.ndarray | None = MAPS) -> Seen:
    return Seen(np.array(shares), maps)


def test_a_scored_row_says_all_that_is_known() -> None:
    row = scored_row(SOURCE, 0, "ab", DECODED, seen(0.25, 0.75), tiny_card())
    assert (row.status, row.score, row.band) == (Status.SCORED, 0.75, Band.POSITIVE)
    assert row.probabilities == (0.25, 0.75)
    assert (row.key, row.name, row.image_id, row.sha256) == (b"a.dcm", "a.dcm", "a", "ab")
    assert (row.facts, row.applied, row.thumbnail) == (DECODED.facts, ("inverted",), b"jpeg")
    assert row.cautions == (Caution.ADULT,)
    assert (len(row.heat_map), row.heat_map_shape) == (8, (2, 2))


def test_the_score_is_the_sum_of_the_positive_labels() -> None:
    card = replace(tiny_card(labels=("bacteria", "normal", "virus")), positive=("bacteria", "virus"))
    row = scored_row(SOURCE, 0, "", DECODED, seen(0.25, 0.25, 0.5, maps=None), card)
    assert row.score == 0.75
    assert row.heat_map == b""


def test_a_row_scored_in_spite_of_the_gate_carries_the_caution() -> None:
    doubted = replace(DECODED, scope=Reason.LATERAL)
    row = scored_row(SOURCE, 0, "", doubted, seen(0.9, 0.1), tiny_card())
    assert row.cautions == (Caution.ADULT, Caution.GATE_OFF)
    assert row.status is Status.SCORED


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_a_failed_row_and_no_negative_one(bad: float) -> None:
    maps = MAPS.copy()
    maps[0, 0, 0] = bad
    for found in (seen(np.nan, np.nan), seen(0.5, 0.5, maps=maps)):
        row = scored_row(SOURCE, 0, "ab", DECODED, found, tiny_card())
        assert (row.status, row.reason) == (Status.FAILED, Reason.NOT_FINITE)
        assert (row.score, row.band, row.probabilities) == (None, None, None)
        assert row.thumbnail == b"jpeg"


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_becomes_a_row_without_a_score(reason: Reason) -> None:
    row = refused_row(SOURCE, 3, "ab", Refused(reason, "why", Facts("jpeg", 1, 1)))
    assert row.status is reason.status
    assert (row.reason, row.detail, row.score) == (reason, "why", None)
    assert row.image_id == "a-frame3"


def test_a_row_out_of_scope_can_still_be_looked_at() -> None:
    row = unscored_row(SOURCE, 0, "ab", DECODED, Reason.LATERAL, "LL")
    assert (row.status, row.reason, row.detail) == (Status.OUT_OF_SCOPE, Reason.LATERAL, "LL")
    assert (row.thumbnail, row.applied, row.score) == (b"jpeg", ("inverted",), None)


def test_a_copy_of_a_film_differs_in_its_names_only() -> None:
    row = scored_row(SOURCE, 2, "ab", DECODED, seen(0.25, 0.75), tiny_card())
    other = Source(Path("/b"), "x/b", b"x/b", "b")
    expected = replace(row, key=b"x/b", name="x/b", image_id="b-frame2")
    assert astuple(renamed(row, other)) == astuple(expected)


def test_the_heat_map_is_where_the_evidence_lies() -> None:
    assert heat_map(MAPS, BINARY) == pytest.approx(np.array([[6 / 7, 5 / 7], [0, 1]]))


@given(arrays(np.float32, (3, 2, 3), elements=st.floats(-100, 100, width=32)))
def test_a_heat_map_stays_within_0_and_1(maps: np.ndarray) -> None:
    levels = heat_map(maps, np.array([True, False, True]))
    assert levels.dtype == np.float32
    assert levels.min() >= 0
    assert levels.max() <= 1


@given(
    arrays(np.float32, (3, 2, 3), elements=st.floats(-100, 100, width=16)),
    arrays(np.float32, (1, 2, 3), elements=st.floats(-100, 100, width=16)),
)
def test_what_is_added_to_all_logits_alike_shows_on_no_heat_map(maps: np.ndarray, common: np.ndarray) -> None:
    positive = np.array([True, False, True])
    relief = np.ptp(maps[positive].mean(0) - maps[~positive].mean(0))
    if relief > 1:
        assert np.allclose(heat_map(maps, positive), heat_map(maps + common, positive), atol=1e-3)


def test_a_map_without_relief_is_cold_throughout() -> None:
    assert not heat_map(np.ones((2, 3, 3), np.float32), BINARY).any()


def test_a_map_of_the_centre_lies_in_the_centre_of_the_film() -> None:
    levels = np.array([[1.0, 0.2], [0.4, 0.6]], np.float32)
    found = on_whole_picture(levels, 0.5)
    assert found[1:3, 1:3] == pytest.approx(levels)
    assert found.sum() == pytest.approx(levels.sum())
    assert on_whole_picture(levels, 1.0) is levels


@given(st.integers(1, 9), st.floats(0.05, 1))
def test_a_map_of_the_centre_keeps_its_middle_and_is_dark_outside(side: int, centre: float) -> None:
    found = on_whole_picture(np.ones((side, side), np.float32), centre)
    shown = np.flatnonzero(found.max(axis=0))
    edges = (shown + 0.5) / found.shape[0]
    assert edges == pytest.approx(1 - edges[::-1])
    assert len(shown) / found.shape[0] == pytest.approx(centre, abs=1 / found.shape[0] + 1e-9)
    assert set(np.unique(found)) <= {0, np.float32(1)}


def test_a_row_of_a_model_that_reads_the_centre_has_a_map_of_the_whole_film() -> None:
    card = tiny_card()
    card = replace(card, input=replace(card.input, centre=0.5))
    row = scored_row(SOURCE, 0, "ab", DECODED, seen(0.25, 0.75), card)
    assert row.heat_map_shape == (4, 4)
    assert len(row.heat_map) == 2 * 4 * 4
