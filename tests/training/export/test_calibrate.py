import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.training import metrics
from screener.training.export.calibrate import (
    NAMES,
    choose_points,
    choose_thresholds,
    even_odds,
    fit_offsets,
    fit_temperature,
)


def _logits(scale: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and logits that are `scale` times the ones that the labels were drawn from."""
    random = np.random.default_rng(0)
    honest = random.normal(0, 2, count)
    labels = (random.random(count) < 1 / (1 + np.exp(-honest))).astype(np.int64)
    return labels, np.stack((np.zeros(count), scale * honest), axis=1).astype(np.float32)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_a_scale(scale: float) -> None:
    assert fit_temperature(*_logits(scale)) == pytest.approx(scale, rel=0.05)


def test_offsets_undo_a_lean_to_one_class() -> None:
    labels, logits = _logits(3.0)
    lean = np.array([1.0, -1.0], np.float32)
    offsets = fit_offsets(labels, logits + lean)
    assert offsets == pytest.approx(-lean, abs=0.15)
    assert fit_temperature(labels, (logits + lean + offsets).astype(np.float32)) == pytest.approx(3, rel=0.05)


def test_offsets_do_not_know_how_common_a_class_is() -> None:
    labels, logits = _logits(1.0)
    rare = np.flatnonzero((labels == 0) | (np.arange(len(labels)) % 10 == 0))
    assert fit_offsets(labels[rare], logits[rare]) == pytest.approx(fit_offsets(labels, logits), abs=0.1)


def _scores(separation: float, count: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    truth = np.arange(count) % 3 > 0
    return truth, 1 / (1 + np.exp(-random.normal(np.where(truth, separation, -separation), 1.5)))


@pytest.mark.parametrize("separation", [0.5, 1.5, 3.0, 6.0])
def test_each_point_keeps_its_promise(separation: float) -> None:
    truth, scores = _scores(separation)
    low, middle, high = choose_thresholds(truth, scores)
    assert metrics.sensitivity(truth, scores, low) >= 0.975
    assert metrics.specificity(truth, scores, high) >= 0.975
    assert 0 < low < middle < high < 1
    youden = [
        metrics.sensitivity(truth, scores, cut) + metrics.specificity(truth, scores, cut)
        for cut in (middle, *np.linspace(0, 1, 101))
    ]
    assert youden[0] >= max(youden) - 0.02


def test_an_aim_that_would_pass_the_middle_is_raised_and_the_other_stays() -> None:
    normal = np.concatenate((np.linspace(0.01, 0.15, 980), np.full(20, 0.95)))
    sick = np.concatenate((np.full(20, 0.05), np.linspace(0.16, 0.3, 30), np.linspace(0.51, 0.99, 950)))
    truth = np.repeat([False, True], [len(normal), len(sick)])
    low, middle, high = choose_thresholds(truth, np.concatenate((normal, sick)))
    assert (normal < middle).mean() >= 0.98
    assert (normal < high).mean() >= 0.985
    assert 0.975 <= (sick >= low).mean() < 0.985


@pytest.mark.parametrize("share", [0.5, 0.03])
def test_even_odds_are_a_half_where_scores_are_probabilities(share: float) -> None:
    random = np.random.default_rng(3)
    scores = random.uniform(0, 1, 40_000)
    truth = random.uniform(0, 1, len(scores)) < scores
    kept = ~truth | (random.uniform(0, 1, len(scores)) < share)  # how common they are does not matter
    assert even_odds(truth[kept], scores[kept]) == pytest.approx(0.5, abs=0.02)


def test_even_odds_move_with_a_model_that_leans_to_one_side() -> None:
    truth, scores = _scores(2.0)
    leaning = scores * 4 / (scores * 4 + 1 - scores)  # odds four times as high
    middle = even_odds(truth, scores)
    assert even_odds(truth, leaning) == pytest.approx(4 * middle / (3 * middle + 1), abs=1e-3)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=40).filter(
        lambda drawn: len({truth for truth, _ in drawn}) == 2
    )
)
def test_thresholds_rise_within_bounds_whatever_the_scores(drawn: list[tuple[bool, float]]) -> None:
    truth = np.array([t for t, _ in drawn])
    low, middle, high = choose_thresholds(truth, np.array([s for _, s in drawn]))
    assert 0.005 <= low < middle < high <= 0.995
    assert min(middle - low, high - middle) >= 0.01 - 1e-9


def test_classes_far_apart_are_cut_between_them() -> None:
    truth = np.array([False] * 50 + [True] * 50)
    scores = np.concatenate((np.linspace(0.01, 0.2, 50), np.linspace(0.8, 0.99, 50)))
    for threshold in choose_thresholds(truth, scores):
        assert metrics.sensitivity(truth, scores, threshold) == 1
        assert metrics.specificity(truth, scores, threshold) == 1


def test_points_carry_their_intervals() -> None:
    truth, scores = _scores(2.0, 400)
    points = choose_points(truth, scores, [str(n // 2) for n in range(400)])
    assert tuple(point.name for point in points) == NAMES
    for point in points:
        assert point.sensitivity.low <= point.sensitivity.value <= point.sensitivity.high
        assert point.sensitivity.value == metrics.sensitivity(truth, scores, point.threshold)


@pytest.mark.parametrize("ahead", [30.0, 300.0, 10_000.0])
def test_offsets_are_found_where_one_class_has_all_the_probability(ahead: float) -> None:
    labels, logits = _logits(1.0, 500)
    leaning = logits + np.array([ahead, 0.0], np.float32)
    offsets = fit_offsets(labels, leaning)
    assert np.isfinite(offsets).all()
    assert offsets[1] - offsets[0] == pytest.approx(ahead, rel=0.05, abs=0.5)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=2, max_size=60))
def test_both_aims_are_met_on_any_films(drawn: list[tuple[bool, int]]) -> None:
    truth = np.array([True, False, *(sick for sick, _ in drawn)])
    scores = np.array([0.1, 0.9, *(tenths / 10 for _, tenths in drawn)])
    low, _, high = choose_thresholds(truth, scores)
    if high - low > 0.03:  # else they lie on one cut and are only held apart
        assert (scores[truth] >= low).mean() >= 0.975
        assert (scores[~truth] < high).mean() >= 0.975
