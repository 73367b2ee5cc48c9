"""What a card says in figures of its training and of what it is worth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from screener.engines.scores import probabilities
from screener.models.card import Figure, ModelCard
from screener.records import Interval
from screener.training import metrics
from screener.training.labelled.example import TRAIN, VALIDATION
from screener.training.labelled.findings import DRAWN, DRAWN_SINGLY, known_patients
from screener.training.labelled.preflight import Prepared
from screener.training.origins.starts import describe_start
from screener.training.plan import Plan
from screener.training.progress import EpochResult

if TYPE_CHECKING:
    from numpy.typing import NDArray


_KEPT_BY = {"both": "the mean of plain and stress validation AUC", "plain": "the plain validation AUC"}
_CALIBRATION = {
    "both": "offsets, temperature and thresholds from plain and stressed validation pictures together",
    "plain": "offsets from plain validation pictures alone, temperature and thresholds from plain and "
    "stressed ones together",
}
"""How a card says what the weights were chosen and the outputs calibrated by, by the recipe's `judged_on`."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a training's weights come from besides its data and recipe, and what it ran on.

    Attributes:
        notes: what a reader should know of how it went.
        teachers: from `teachers.describe_teachers`.
        compute: device, precision (never `auto`) and CPU threads.
    """

    notes: tuple[str, ...]
    teachers: Sequence[Mapping[str, Any]]
    compute: Mapping[str, Any]


def describe_metrics(
    card: ModelCard,
    plain: "NDArray[np.float32]",
    stressed: "NDArray[np.float32]",
    parity: float,
    data: Prepared,
) -> Mapping[str, Figure]:
    """The figures on validation, intervals at 95 % by resampled patients.

    Args:
        card: with temperature and operating points.
        plain: logits of the validation pictures, float32, M x K.
        stressed: of the stressed ones.
        parity: the largest difference of a probability between PyTorch and OpenVINO.
        data: the pictures.
    """
    labels = data.validation.own_labels
    patients = [example.patient for example in data.validation_examples]
    figures: dict[str, Figure] = {
        "pictures": len(labels),
        "patients": known_patients(data.validation_examples),
    }
    for prefix, logits in (("", plain), ("stress_", stressed)):
        figures |= _figures(prefix, card, labels, probabilities(logits, card.temperature), patients)
    shares = probabilities(plain, card.temperature)
    for index, name in enumerate(card.labels):
        own = partial(_of_class, labels == index, shares.argmax(axis=1) == index)
        for measure in (metrics.precision, metrics.recall, metrics.f1):
            figures[f"{measure.__name__}_{name}"] = metrics.interval(partial(own, measure), patients)
    figures["parity_torch_openvino"] = parity
    return figures


def _of_class(
    truth: "NDArray[np.bool_]",
    called: "NDArray[np.bool_]",
    measure: "Callable[[NDArray[np.bool_], NDArray[np.bool_]], float]",
    rows: "NDArray[np.int64]",
) -> float:
    return measure(truth[rows], called[rows])


def _figures(
    prefix: str,
    card: ModelCard,
    labels: "NDArray[np.int64]",
    shares: "NDArray[np.float64]",
    patients: Sequence[str],
) -> dict[str, Interval]:
    positive = [card.labels.index(name) for name in card.positive]
    truth, scores = np.isin(labels, positive), shares[:, positive].sum(axis=1)
    balanced = card.point("balanced").threshold
    measures: dict[str, Callable[[NDArray[np.int64]], float]] = {
        "auc": lambda rows: metrics.auc(truth[rows], scores[rows]),
        "accuracy": lambda rows: metrics.accuracy(labels[rows], shares[rows]),
        "sensitivity_at_balanced": lambda rows: metrics.sensitivity(truth[rows], scores[rows], balanced),
        "specificity_at_balanced": lambda rows: metrics.specificity(truth[rows], scores[rows], balanced),
    }
    if len(card.labels) > 2:
        measures["mean_auc"] = lambda rows: metrics.mean_auc(labels[rows], shares[rows])
    measures["calibration_error"] = lambda rows: metrics.calibration_error(truth[rows], scores[rows])
    measures["log_loss"] = lambda rows: metrics.negative_log_likelihood(labels[rows], shares[rows])
    return {prefix + name: metrics.interval(measure, patients) for name, measure in measures.items()}


def _split(plan: Plan, data: Prepared) -> str:
    if data.preflight.split not in (DRAWN, DRAWN_SINGLY):
        return data.preflight.split
    by = data.preflight.split.removeprefix("drawn ")
    return f"{by}, {plan.recipe.validation:.0%} of each class kept aside, in split.csv"


def describe_training(
    plan: Plan, data: Prepared, history: Sequence[EpochResult], beginning: Beginning
) -> Mapping[str, Any]:
    """Whatever a reader needs to do it again."""
    kept = [result.epoch for result in history if result.kept]
    origin = plan.origin
    return {
        "data": {
            "title": origin.title,
            "population": origin.population,
            "citation": origin.citation,
            "licence": origin.licence,
            "changes": origin.changes,
            "pictures": {split: data.preflight.counts[split] for split in (TRAIN, VALIDATION)},
            "patients": known_patients(data.examples),
            "near_duplicate_pairs": len(data.preflight.pairs),
            "left_out": len(data.left_out),
            "sha256": data.digest(),
        },
        "split": _split(plan, data),
        "start": describe_start(plan.request.pretrained),
        "teachers": list(beginning.teachers),
        "notes": list(beginning.notes),
        "stress": "each validation picture again under one change of its grey levels (contrast, gamma, "
        "brightness, equalisation, window) and one of its quality (blur, noise, JPEG, crop, "
        "coarse copy, vignette), most of them beyond those of the training; equalisation, blur, crop "
        "and vignette go about as far as those",
        "epochs": len(history),
        "kept_epoch": kept[-1] if kept else None,
        "kept_by": f"{_KEPT_BY[plan.recipe.judged_on]} at the model's own size, averaged weights"
        + (f", of which the starting ones are {share:.0%}" if (share := plan.recipe.start_share) else ""),
        "calibration": f"{_CALIBRATION[plan.recipe.judged_on]}, every class counting the same",
        "seconds": round(sum(result.seconds for result in history)),
        "compute": dict(beginning.compute),
        "torch": torch.__version__,
        "recipe": asdict(plan.recipe),
    }
