"""Whether this machine can scan: an examination, finding by finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from screener.commands.checks.decoders import check_decoders
from screener.commands.checks.engines import check_engines, check_libraries
from screener.commands.checks.extras import check_extras
from screener.commands.checks.findings import DoctorRequest, Finding, Health
from screener.commands.checks.folders import check_folders
from screener.commands.checks.machine import check_machine
from screener.commands.checks.models import check_models

Check = Callable[[DoctorRequest], Iterator[Finding]]

CHECKS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    ("Machine", (check_machine,)),
    ("Engines", (check_libraries, check_engines)),
    ("Decoders", (check_decoders,)),
    ("Models", (check_models,)),
    ("Folders", (check_folders,)),
    ("Optional parts", (check_extras,)),
)
"""What is examined, in order, under its headings."""


@dataclass(frozen=True, slots=True)
class Examination:
    """All that was found.

    Attributes:
        parts: (heading, its findings).
    """

    parts: tuple[tuple[str, tuple[Finding, ...]], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all parts."""
        return tuple(finding for _, findings in self.parts for finding in findings)

    def count(self, health: Health) -> int:
        """How many findings are of that health."""
        return sum(finding.health is health for finding in self.findings)

    @property
    def health(self) -> Health:
        """That of the worst finding."""
        worst_first = (Health.FAULT, Health.NOTE)
        return next((health for health in worst_first if self.count(health)), Health.OK)

    @property
    def exit_code(self) -> int:
        """0, or 1 where there is a fault."""
        return 1 if self.health is Health.FAULT else 0


def doctor(
    request: DoctorRequest,
    found: Callable[[str, Finding], None] = lambda heading, finding: None,
    checks: tuple[tuple[str, tuple[Check, ...]], ...] = CHECKS,
) -> Examination:
    """What the examination found.

    Args:
        request: what is to be examined.
        found: is told each finding and its heading, as it is found.
        checks: what is examined.

    Nothing is written but into the temporary folder, and that is taken away again.
    """
    parts = []
    for heading, its_checks in checks:
        findings = []
        for check in its_checks:
            for finding in _outliving(check, request):
                findings.append(finding)
                found(heading, finding)
        parts.append((heading, tuple(findings)))
    return Examination(tuple(parts))


def _outliving(check: Check, request: DoctorRequest) -> Iterator[Finding]:
    """The check's findings; an error that it did not foresee is one more, and the next check goes on."""
    try:
        yield from check(request)
    except Exception as error:  # noqa: BLE001  a sick machine must not end its own examination
        text = f"this check failed: {type(error).__name__}: {error}"
        remedy = "please report it with this whole output"
        yield Finding(check.__name__.removeprefix("check_"), Health.FAULT, text, remedy)
