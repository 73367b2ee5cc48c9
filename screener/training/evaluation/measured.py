"""Every figure of an evaluation, by scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    precision_recall_fscore_support,
    recall_score,
    roc_auc_score,
)

from screener.training import metrics
from screener.training.evaluation.judged import Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_DEFINED = float("nan")


class Key(NamedTuple):
    """Which figure it is.

    Attributes:
        section: `score` (how well scores order the films and mean what they say), `at` (at a threshold),
            `class` (each class against the rest, the likeliest class called) or `all` (all classes).
        subject: the threshold's or the class's name, else "".
        measure: `auc`, `sensitivity` and so on.
    """

    section: str
    subject: str
    measure: str


def measured(judged: Judged, thresholds: Mapping[str, float]) -> dict[Key, float]:
    """The figures of `judged`, in the order of a report; NaN where one is not defined.

    Args:
        judged: at least one film.
        thresholds: name -> score from which a film is called positive.
    """
    figures = {Key("score", "", name): value for name, value in _scores(judged).items()}
    for point, threshold in thresholds.items():
        at = _at(judged.truth, judged.scores >= threshold)
        figures |= {Key("at", point, name): value for name, value in at.items()}
    for index, name in enumerate(judged.classes):
        own = _of_class(judged, index)
        figures |= {Key("class", name, measure): value for measure, value in own.items()}
    return figures | {Key("all", "", name): value for name, value in _all(judged).items()}


def _scores(judged: Judged) -> dict[str, float]:
    truth, scores = judged.truth, judged.scores
    return {
        "auc": roc_auc_score(truth, scores) if _both(truth) else NOT_DEFINED,
        "average_precision": average_precision_score(truth, scores) if _both(truth) else NOT_DEFINED,
        "brier": brier_score_loss(truth, scores, pos_label=True),
        "calibration_error": metrics.calibration_error(truth, scores),
    }


def _at(truth: NDArray[np.bool_], called: NDArray[np.bool_]) -> dict[str, float]:
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, called, labels=[False, True], zero_division=np.nan
    )
    weighted_precision, _, weighted_f1, _ = precision_recall_fscore_support(
        truth, called, labels=[False, True], average="weighted", zero_division=np.nan
    )
    return {
        "sensitivity": recall[1],
        "specificity": recall[0],
        "precision": precision[1],
        "negative_predictive_value": precision[0],
        "accuracy": accuracy_score(truth, called),
        "balanced_accuracy": balanced_accuracy_score(truth, called) if support.all() else NOT_DEFINED,
        "f1": f1[1],
        "f1_negative": f1[0],
        "precision_weighted": weighted_precision,
        "f1_weighted": weighted_f1,
    }


def _of_class(judged: Judged, index: int) -> dict[str, float]:
    own, called, share = judged.labels == index, judged.likeliest == index, judged.shares[:, index]
    precision, recall, f1, _ = precision_recall_fscore_support(
        own, called, labels=[True], zero_division=np.nan
    )
    return {
        "precision": precision[0],
        "recall": recall[0],
        "specificity": recall_score(own, called, pos_label=False, zero_division=np.nan),
        "f1": f1[0],
        "auc": roc_auc_score(own, share) if _both(own) else NOT_DEFINED,
        "average_precision": average_precision_score(own, share) if _both(own) else NOT_DEFINED,
        "brier": brier_score_loss(own, share.clip(0, 1), pos_label=True),
    }


def _all(judged: Judged) -> dict[str, float]:
    labels, called = judged.labels, judged.likeliest
    places = list(range(len(judged.classes)))
    precision, _, f1, _ = precision_recall_fscore_support(
        labels, called, labels=places, average="weighted", zero_division=np.nan
    )
    recalls = recall_score(labels, called, labels=places, average=None, zero_division=np.nan)
    complete = len(np.unique(labels)) == len(places)
    return {
        "accuracy": accuracy_score(labels, called),
        "balanced_accuracy": float(np.mean(recalls)) if complete else NOT_DEFINED,
        "precision_weighted": precision,
        "f1_weighted": f1,
        "auc_one_vs_rest": float(np.mean([_class_auc(judged, index) for index in places]))
        if complete
        else NOT_DEFINED,
        "calibration_error": metrics.calibration_error(labels == called, judged.shares.max(axis=1)),
    }


def _class_auc(judged: Judged, index: int) -> float:
    return float(roc_auc_score(judged.labels == index, judged.shares[:, index]))


def _both(truth: NDArray[np.bool_]) -> bool:
    return bool(truth.any() and not truth.all())
