"""The figures agree with scikit-learn, resample by resample, and say so where they are not defined."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from sklearn import metrics as reference

from screener.training import metrics
from screener.training.evaluation.figures import calls_at, confusion, figures_of, support
from screener.training.evaluation.judged import Judged
from screener.training.evaluation.measured import Key, measured
from screener.training.evaluation.resampled import draws, resampled

POINTS = {"0.5": 0.5, "sensitive": 0.2, "specific": 0.8}


def make(classes: int = 2, films: int = 120, seed: int = 3, ties: bool = True) -> Judged:
    """Scores that know something of the labels, some of them equal; three films a patient."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, films)
    logits = random.normal(0, 1, (films, classes)) + 1.2 * np.eye(classes)[labels]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if ties:
        shares = np.round(shares, 1)
        shares[:, -1] = 1 - shares[:, :-1].sum(axis=1)
        shares = shares.clip(0, 1)
    positive = tuple(range(1, classes))
    scores = shares[:, 1:].sum(axis=1).clip(0, 1)
    names = tuple("abcdef"[:classes])
    return Judged(names, positive, labels, shares, scores, tuple(f"p{i // 3}" for i in range(films)))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_both_ways_of_measuring_agree(classes: int, seed: int) -> None:
    judged = make(classes, seed=seed)
    values = measured(judged, POINTS)
    quick = resampled(judged, POINTS, np.ones((1, len(judged))))
    assert list(values) == list(quick)
    for key, value in values.items():
        assert quick[key][0] == pytest.approx(value, abs=1e-9), key


@pytest.mark.parametrize("classes", [2, 3])
def test_a_resample_is_what_scikit_learn_says_of_its_films(classes: int) -> None:
    judged = make(classes)
    (weights,) = draws(judged.patients, rounds=6, seed=8)
    quick = resampled(judged, POINTS, weights)
    for number, weight in enumerate(weights):
        drawn = judged.part(np.repeat(np.arange(len(judged)), weight.astype(int)))
        for key, value in measured(drawn, POINTS).items():
            assert quick[key][number] == pytest.approx(value, abs=1e-9), key


@pytest.mark.parametrize("positive", [0, 1])
def test_a_score_of_exactly_a_half_is_called_alike_by_all_figures(positive: int) -> None:
    labels, scores = np.array([0, 1, 0, 1]), np.array([0.5, 0.5, 0.2, 0.8])
    shares = np.stack((scores, 1 - scores) if positive == 0 else (1 - scores, scores), axis=1)
    judged = Judged(("a", "b"), (positive,), labels, shares, scores, ("p", "q", "r", "s"))
    assert judged.likeliest.tolist() == judged.called.tolist()
    table, found = confusion(judged), measured(judged, {"0.5": 0.5})
    for label, name in enumerate("ab"):
        recall = table[label][label] / sum(table[label])
        assert found[Key("class", name, "recall")] == pytest.approx(recall)
    assert found[Key("class", "ab"[positive], "recall")] == found[Key("at", "0.5", "sensitivity")]


def _binary(judged: Judged, at: float) -> dict[Key, float]:
    truth, scores, called = judged.truth, judged.scores, judged.scores >= at
    of: dict[str, Callable[..., float]] = {
        "sensitivity": reference.recall_score,
        "precision": reference.precision_score,
        "accuracy": reference.accuracy_score,
        "balanced_accuracy": reference.balanced_accuracy_score,
        "f1": reference.f1_score,
    }
    expected = {Key("at", "0.5", name): measure(truth, called) for name, measure in of.items()}
    expected[Key("at", "0.5", "specificity")] = reference.recall_score(~truth, ~called)
    expected[Key("at", "0.5", "f1_weighted")] = reference.f1_score(truth, called, average="weighted")
    expected[Key("score", "", "auc")] = reference.roc_auc_score(truth, scores)
    expected[Key("score", "", "average_precision")] = reference.average_precision_score(truth, scores)
    expected[Key("score", "", "brier")] = reference.brier_score_loss(truth, scores)
    return expected


def test_the_figures_of_two_classes_are_scikit_learn_s() -> None:
    judged = make()
    found = figures_of(judged, POINTS, rounds=20)
    for key, value in _binary(judged, 0.5).items():
        measured_here = found[key]
        assert measured_here is not None
        assert measured_here.value == pytest.approx(value, abs=1e-9), key
        assert measured_here.low <= measured_here.high


def test_the_figures_of_three_classes_are_scikit_learn_s() -> None:
    judged = make(3, ties=False)
    found = figures_of(judged, POINTS, rounds=20)
    labels, called = judged.labels, judged.likeliest
    report = reference.classification_report(labels, called, output_dict=True, target_names=judged.classes)
    for name in judged.classes:
        for ours, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert found[Key("class", name, ours)].value == pytest.approx(report[name][theirs], abs=1e-9)
        assert support(judged)[name] == report[name]["support"]
    everything = {
        "accuracy": reference.accuracy_score(labels, called),
        "balanced_accuracy": reference.balanced_accuracy_score(labels, called),
        "f1_weighted": report["weighted avg"]["f1-score"],
        "precision_weighted": report["weighted avg"]["precision"],
        "auc_one_vs_rest": reference.roc_auc_score(labels, judged.shares, multi_class="ovr"),
    }
    for name, value in everything.items():
        assert found[Key("all", "", name)].value == pytest.approx(value, abs=1e-9), name
    assert np.array_equal(confusion(judged), reference.confusion_matrix(labels, called))


def test_the_calibration_error_is_its_definition() -> None:
    judged = make(ties=False)
    total = 0.0
    for low in np.arange(15) / 15:
        inside = (judged.scores >= low) & (judged.scores < low + 1 / 15)
        if inside.any():
            gap = abs(judged.truth[inside].mean() - judged.scores[inside].mean())
            total += inside.mean() * gap
    assert measured(judged, {})[Key("score", "", "calibration_error")] == pytest.approx(total, abs=1e-9)


def test_intervals_are_those_of_the_card() -> None:
    judged = make()
    here = figures_of(judged, POINTS, rounds=200)[Key("score", "", "auc")]
    card = metrics.interval(
        lambda rows: metrics.auc(judged.truth[rows], judged.scores[rows]), judged.patients, rounds=200
    )
    assert here is not None
    assert (here.value, here.low, here.high) == pytest.approx((card.value, card.low, card.high), abs=1e-9)


def test_one_class_alone_leaves_undefined_what_needs_two() -> None:
    judged = make()
    healthy = judged.part(~judged.truth)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figures_of(healthy, POINTS, rounds=20)
    assert found[Key("score", "", "auc")] is None
    assert found[Key("at", "0.5", "sensitivity")] is None
    assert found[Key("at", "0.5", "balanced_accuracy")] is None
    expected = (healthy.scores < 0.5).mean()
    assert found[Key("at", "0.5", "specificity")].value == pytest.approx(expected)


def test_calls_count_every_film_once() -> None:
    judged = make()
    for calls in calls_at(judged, POINTS):
        counts = (calls.true_positive, calls.false_positive, calls.false_negative, calls.true_negative)
        assert sum(counts) == len(judged)
        assert calls.true_positive + calls.false_negative == judged.truth.sum()


def test_what_a_film_is_called_follows_the_cut() -> None:
    judged = make()
    strict = Judged(
        judged.classes, judged.positive, judged.labels, judged.shares, judged.scores, judged.patients, 0.95
    )
    assert strict.called.sum() < judged.called.sum()
    assert np.array_equal(strict.called == 1, judged.scores >= 0.95)
