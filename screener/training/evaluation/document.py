"""The evaluation as plain values for JSON, and as a table of predictions."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from screener import NOTICE
from screener.records import Interval
from screener.reports.base import Remarks
from screener.training.evaluation.outcome import Evaluation
from screener.training.evaluation.pictures import Illustrated

SCHEMA = 1


class JsonReport:
    """`evaluation.json`: every figure with its interval."""

    name = "evaluation.json"

    def write(self, view: Illustrated, path: Path) -> Remarks:
        """See `ReportWriter`."""
        text = json.dumps(document(view.evaluation), indent=2, ensure_ascii=False, allow_nan=False)
        path.write_text(text + "\n", "utf-8")
        return Remarks()


class Predictions:
    """`predictions.csv`: a line a labelled film, the ones without a score too."""

    name = "predictions.csv"

    def write(self, view: Illustrated, path: Path) -> Remarks:
        """See `ReportWriter`."""
        evaluation = view.evaluation
        classes = evaluation.subject.classes
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            shares = [f"probability_{name}" for name in classes]
            writer.writerow(("film", "label", "called", "score", *shares, "patient", "seen", "why_not"))
            for place, film in enumerate(evaluation.films):
                called = evaluation.called_name(place)
                line = (film.name, classes[film.example.label], called, repr(film.score))
                writer.writerow((*line, *map(repr, film.probabilities), film.example.owner, film.seen, ""))
            for film in evaluation.unscored:
                blanks = [""] * (2 + len(classes))
                label = classes[film.example.label]
                writer.writerow((film.name, label, *blanks, film.example.owner, film.seen, film.why))
        return Remarks()


def document(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as plain values; a figure that is not defined is null."""
    subject = evaluation.subject
    return {
        "schema": SCHEMA,
        "notice": NOTICE,
        "program": subject.program,
        "day": subject.day,
        "task": subject.task,
        "labels": list(subject.classes),
        "positive": list(subject.positive),
        "model": subject.model,
        "model_sha256": subject.model_sha256,
        "data": subject.data,
        "taken": subject.taken,
        "provenance": dict(subject.facts),
        "films": len(evaluation.films) + len(evaluation.unscored),
        "scored": len(evaluation.films),
        "patients": evaluation.patients,
        "support": dict(evaluation.support),
        "not_scored": [
            {"label": label, "reason": why, "films": count}
            for label, why, count in evaluation.unscored_reasons
        ],
        "trained_on": evaluation.learned,
        "validated_on": evaluation.validated,
        "notes": list(evaluation.notes),
        "called_by": evaluation.main if evaluation.is_binary else "likeliest class",
        "thresholds": {
            calls.name: {**asdict(calls), **_section(evaluation, "at", calls.name)}
            for calls in evaluation.calls
        },
        "scores": _section(evaluation, "score", ""),
        "classes": {
            name: {"support": evaluation.support[name], **_section(evaluation, "class", name)}
            for name in subject.classes
        },
        "all_classes": _section(evaluation, "all", ""),
        "confusion": [list(row) for row in evaluation.confusion],
        "subgroups": [asdict(subgroup) for subgroup in evaluation.subgroups],
    }


def _section(evaluation: Evaluation, section: str, subject: str) -> dict[str, Any]:
    return {
        key.measure: _plain(value)
        for key, value in evaluation.figures.items()
        if (key.section, key.subject) == (section, subject)
    }


def _plain(value: Interval | None) -> dict[str, float] | None:
    return asdict(value) if value else None
