"""Logits to probabilities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from screener.engines.scores import probabilities

LOGITS = arrays(np.float32, (5, 3), elements=st.floats(-1000, 1000, width=32))


@given(LOGITS, st.floats(0.1, 10))
def test_rows_sum_to_one_and_keep_their_order(logits: np.ndarray, temperature: float) -> None:
    result = probabilities(logits, temperature)
    assert np.allclose(result.sum(axis=1), 1)
    assert (result.max(axis=1) == np.take_along_axis(result, logits.argmax(axis=1)[:, None], 1)[:, 0]).all()


def test_two_classes_are_the_logistic_of_their_difference() -> None:
    result = probabilities(np.float32([[1.0, 3.0]]), 2.0)
    assert result[0, 1] == pytest.approx(1 / (1 + np.exp(-1.0)), abs=1e-15)


@given(LOGITS)
def test_a_row_does_not_depend_on_its_company(logits: np.ndarray) -> None:
    together = probabilities(logits, 1.3)
    alone = np.concatenate([probabilities(row[None], 1.3) for row in logits])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_visible(bad: float) -> None:
    result = probabilities(np.float32([[0, 1], [0, bad]]), 1.0)
    assert np.isfinite(result[0]).all()
    assert np.isnan(result[1]).all()
