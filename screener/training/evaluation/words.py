"""What the figures are called, and what they say, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from screener.records import Interval
from screener.reports import wording
from screener.training.evaluation.outcome import HALF, Evaluation

MEASURES = {
    "auc": "AUC",
    "auc_one_vs_rest": "AUC, mean of each class against the rest",
    "average_precision": "Average precision",
    "brier": "Brier score (0 is best)",
    "calibration_error": "Expected calibration error (0 is best)",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "sensitivity": "Sensitivity (recall)",
    "recall": "Recall (sensitivity)",
    "specificity": "Specificity",
    "precision": "Precision",
    "negative_predictive_value": "Negative predictive value",
    "precision_weighted": "Precision, weighted",
    "f1": "F1",
    "f1_negative": "F1 of the negatives",
    "f1_weighted": "F1, weighted",
}
"""A measure's name for a reader."""

_ABOUT = (
    "Intervals hold 95 %: the percentiles of 1,000 resamples, in each of which patients are drawn with "
    "all their films (films, where no patient is known).",
    "An interval from 100 % to 100 % means that no resample held a mistake, not that there will be none: "
    "with n such films and no mistake, the true share of mistakes may still be as much as 3/n.",
    "Sensitivity and specificity do not depend on how common the disease is among these films; "
    "precision, negative predictive value, accuracy, F1 and average precision do.",
    "Films without a score count in no figure.",
)


def about(evaluation: Evaluation) -> list[str]:
    """How to read the figures."""
    return [wording.of_kind(evaluation.subject.kind, line) for line in _ABOUT]


def decimal(value: Interval | None) -> str:
    """A figure with its interval as "0.973 (0.951 to 0.986)"."""
    return "not defined" if value is None else f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


def share(value: Interval | None) -> str:
    """A figure with its interval in per cent."""
    return "not defined" if value is None else wording.interval(value)


def lines(
    evaluation: Evaluation, section: str, subjects: Sequence[str] = ("",)
) -> list[tuple[str, list[str]]]:
    """A line a measure of a section (see `Key`): its name, and what it is for each of `subjects`."""
    said = share if section == "at" else decimal
    return [
        (MEASURES[measure], [said(evaluation.figure(section, subject, measure)) for subject in subjects])
        for measure in evaluation.measures(section)
    ]


def threshold_lines(evaluation: Evaluation) -> list[tuple[str, list[str]]]:
    """A line a count and a measure, with what it is at each threshold."""
    what = " or ".join(evaluation.subject.positive)
    calls = evaluation.calls
    counts = (
        (f"{what}: found", [one.true_positive for one in calls]),
        (f"{what}: missed", [one.false_negative for one in calls]),
        (f"not {what}: passed as negative", [one.true_negative for one in calls]),
        (f"not {what}: false alarm", [one.false_positive for one in calls]),
    )
    return [
        *((name, [f"{films:,}" for films in of_calls]) for name, of_calls in counts),
        *lines(evaluation, "at", [one.name for one in calls]),
    ]


def sureness(evaluation: Evaluation, place: int) -> str:
    """How sure the model was of what it called a film: the score, or with more classes the two that count."""
    film = evaluation.films[place]
    if evaluation.is_binary:
        return f"score {wording.score(film.score or 0.0)}"
    called, true = shares_of(evaluation, place)
    return f"{wording.score(called)} against {wording.score(true)}"


def shares_of(evaluation: Evaluation, place: int) -> tuple[float, float]:
    """The probabilities of what a film was called and of what it is."""
    shares = evaluation.films[place].probabilities
    return shares[int(evaluation.judged.called[place])], shares[int(evaluation.judged.labels[place])]


def threshold_name(evaluation: Evaluation, name: str) -> str:
    """The threshold as "balanced, 42.71 %"; `HALF` says it already."""
    return name if name == HALF else f"{name}, {wording.score(evaluation.thresholds[name])}"


def findings(evaluation: Evaluation) -> Iterator[str]:
    """What came out, in sentences."""
    what = " or ".join(evaluation.subject.positive)
    kind = evaluation.subject.kind
    film, films = wording.of_kind(kind, "film"), wording.of_kind(kind, "films")
    calls = next(calls for calls in evaluation.calls if calls.name == evaluation.main)
    sick, healthy = calls.true_positive + calls.false_negative, calls.true_negative + calls.false_positive
    at = f"At the {evaluation.main} threshold (a score of {wording.score(calls.threshold)} or more)"
    if sick:
        caught = share(evaluation.figure("at", evaluation.main, "sensitivity"))
        yield f"{at} {calls.true_positive:,} of {sick:,} {films} with {what} were found: {caught}."
    if healthy:
        spared = share(evaluation.figure("at", evaluation.main, "specificity"))
        yield (
            f"{at} {calls.true_negative:,} of {healthy:,} {films} without were passed as negative: "
            f"{spared}; {calls.false_positive:,} gave a false alarm."
        )
    area = evaluation.figure("score", "", "auc")
    if area:
        yield (
            f"Of a {film} with {what} and one without, drawn by chance, the first has the higher score in "
            f"{share(area)} of pairs (the AUC)."
        )
    if not evaluation.is_binary:
        yield f"The likeliest class was the right one in {share(evaluation.figure('all', '', 'accuracy'))}."
    if gap := evaluation.figure("score", "", "calibration_error"):
        yield f"Scores lie {gap.value * 100:.1f} of 100 points from the shares they claim, on average."
