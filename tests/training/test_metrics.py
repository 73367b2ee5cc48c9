from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, log_loss, precision_score, recall_score, roc_auc_score

from screener.training import metrics

Measure = Callable[..., float]
SCORES = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=4, max_size=60).filter(
    lambda drawn: len({truth for truth, _ in drawn}) == 2
)


@settings(max_examples=60, deadline=None)
@given(SCORES)
def test_auc_is_scikit_learns(drawn: list[tuple[bool, int]]) -> None:
    truth = np.array([t for t, _ in drawn])
    scores = np.array([s / 20 for _, s in drawn])
    assert metrics.auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores), abs=1e-9)


def test_mean_auc_is_scikit_learns_one_vs_rest() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 200)
    shares = random.dirichlet((1, 1, 1), 200)
    wanted = roc_auc_score(labels, shares, multi_class="ovr", average="macro")
    assert metrics.mean_auc(labels, shares) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(metrics.precision, precision_score), (metrics.recall, recall_score), (metrics.f1, f1_score)],
)
def test_precision_recall_and_f1_are_scikit_learns(ours: Measure, theirs: Measure) -> None:
    random = np.random.default_rng(3)
    truth, called, none = random.random(90) < 0.3, random.random(90) < 0.6, np.zeros(90, bool)
    for one, other in ((truth, called), (truth, none), (none, called), (none, none)):
        assert ours(one, other) == pytest.approx(theirs(one, other, zero_division=0), abs=1e-12)


def test_log_loss_is_scikit_learns() -> None:
    random = np.random.default_rng(1)
    labels = random.integers(0, 3, 50)
    shares = random.dirichlet((1, 1, 1), 50)
    wanted = log_loss(labels, shares, labels=[0, 1, 2])
    assert metrics.negative_log_likelihood(labels, shares) == pytest.approx(wanted, abs=1e-9)


def test_one_class_alone_has_no_auc() -> None:
    assert np.isnan(metrics.auc(np.array([True, True]), np.array([0.1, 0.2])))


def test_a_score_at_the_threshold_is_positive() -> None:
    truth, scores = np.array([True, False]), np.array([0.5, 0.5])
    assert metrics.sensitivity(truth, scores, 0.5) == 1.0
    assert metrics.specificity(truth, scores, 0.5) == 0.0


def test_calibration_error_of_known_cases() -> None:
    scores = np.full(100, 0.75)
    truth = np.arange(100) < 75
    assert metrics.calibration_error(truth, scores) == pytest.approx(0, abs=1e-12)
    assert metrics.calibration_error(~truth, scores) == pytest.approx(0.5)


def test_an_interval_holds_its_value_and_widens_with_clumped_patients() -> None:
    random = np.random.default_rng(2)
    right = np.repeat(random.random(40) < 0.8, 10).astype(float)

    def share(rows: np.ndarray) -> float:
        return float(right[rows].mean())

    alone = metrics.interval(share, [str(n) for n in range(400)])
    clumped = metrics.interval(share, [str(n // 10) for n in range(400)])
    assert alone.low < alone.value < alone.high
    assert clumped.value == alone.value == right.mean()
    assert clumped.high - clumped.low > 2 * (alone.high - alone.low)
