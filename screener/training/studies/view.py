"""What a study's reports are made from."""

from __future__ import annotations

from dataclasses import dataclass

from screener.training.studies.compare import QUICK, Line, lines_of, verdicts
from screener.training.studies.plots import Picture
from screener.training.studies.results import FAILED, FINISHED, WAITING, StudyResult


@dataclass(frozen=True, slots=True)
class StudyView:
    """A run and its plots."""

    result: StudyResult
    pictures: tuple[Picture, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The table's."""
        return lines_of(self.result)

    @property
    def said(self) -> tuple[str, ...]:
        """What a reader must know first, one sentence or two each."""
        result = self.result
        found = [QUICK] if result.quick else []
        found += verdicts(result)
        for state, words in ((FAILED, "failed"), (WAITING, "not done yet")):
            if number := sum(one.state == state for one in result.trials):
                found.append(f"{number} of {len(result.trials)} trials {words}")
        if not result.test_pictures:
            found.append(
                "The data hold no test pictures: ours are on validation pictures, patients kept aside from "
                "the same source, which is kinder than a test"
            )
        return (*found, *result.notes)

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
