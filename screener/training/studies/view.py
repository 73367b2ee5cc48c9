"""What a study's reports are made from."""

from __future__ import annotations

from dataclasses import dataclass

from screener.reports.publish import Plot
from screener.training.studies.compare import Line, cautions, lines_of, verdicts
from screener.training.studies.results import FINISHED, StudyResult


@dataclass(frozen=True, slots=True)
class StudyView:
    """A run and its plots."""

    result: StudyResult
    pictures: tuple[Plot, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The table's."""
        return lines_of(self.result)

    @property
    def said(self) -> tuple[str, ...]:
        """What a reader must know first, one sentence or two each."""
        return (*cautions(self.result), *verdicts(self.result), *self.result.notes)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Where the figures come from, (what, value)."""
        result = self.result
        done = [one for one in result.trials if one.state == FINISHED]
        learned = sorted({one.pictures for one in done})
        counts = ", ".join(f"{count:,} {label}" for label, count in result.pictures.items())
        return (
            ("Study", f"{result.study}{', quick' if result.quick else ''}"),
            ("After", result.source),
            ("Data", f"{result.data}: {counts}, {result.test_pictures:,} test pictures"),
            ("Learned from, validated on", "; ".join(f"{a:,}, {b:,}" for a, b in learned) or "nothing yet"),
            ("Device", result.device),
            ("Program", result.program),
            ("Day", result.day),
        )
