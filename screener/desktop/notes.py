"""What a scan or an export notes, in the reader's language and without the words of the command line."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from screener.reports import wording

_NOTES: tuple[tuple[str, Any], ...] = (
    (
        r"(.+) (?:is|are) of an earlier scan and .+",
        QT_TRANSLATE_NOOP("Notes", "{0}: of an earlier scan, and not written anew."),
    ),
    (
        r"(.+) was changed since it was written, and is kept; the new report is (.+)",
        QT_TRANSLATE_NOOP(
            "Notes", "{0} was changed since it was written, and is kept; the new report is {1}."
        ),
    ),
    (
        r"(.+) is open in another program; the new report is (.+)",
        QT_TRANSLATE_NOOP("Notes", "{0} is open in another program; the new report is {1}."),
    ),
    (
        r"submission\.csv: \d+ ids? belongs? to more than one (?:film|patch) .+",
        QT_TRANSLATE_NOOP(
            "Notes", "submission.csv: some films have the same id, for their file names are alike."
        ),
    ),
    (
        r"report\.xlsx: Excel has no room for the links of (.+) (?:films|patches); .+",
        QT_TRANSLATE_NOOP(
            "Notes", "report.xlsx: no room for the links of {0} films; their names are plain text."
        ),
    ),
    (
        r"report\.html: the first (.+) of (.+) (?:films|patches); .+",
        QT_TRANSLATE_NOOP("Notes", "report.html shows the first {0} of {1} films; Excel and CSV have all."),
    ),
    (
        r"report\.html: the first (.+) of (.+) problems; .+",
        QT_TRANSLATE_NOOP("Notes", "report.html shows the first {0} of {1} problems; Excel has all."),
    ),
    (
        r"report\.html: pictures of the (.+) most suspicious (?:films|patches) only",
        QT_TRANSLATE_NOOP("Notes", "report.html has pictures of the {0} most suspicious films only."),
    ),
    (
        r"this processor fails at int8: scored in fp32",
        QT_TRANSLATE_NOOP("Notes", "This processor cannot compute in eight bits: scored in full precision."),
    ),
    (
        r"no (.+) device here: scored on the CPU",
        QT_TRANSLATE_NOOP("Notes", "There is no {0} device: scored on the processor."),
    ),
    (
        r"the drive did not answer when .+ should be read: see that it is connected",
        QT_TRANSLATE_NOOP(
            "Notes", "A drive did not answer when films were to be read: see that it is connected."
        ),
    ),
    (
        r"(.+) cannot be used; take it away, or run screener bench --tune",
        QT_TRANSLATE_NOOP("Notes", "What was measured of this computer cannot be used: {0}"),
    ),
)
"""What is noted, as a pattern, and how the window says it, with places for the pattern's groups."""


def note(said: str) -> str:
    """A note in the reader's language, of films or patches as it is; as it is altogether, where unknown."""
    kind = "patch" if re.search(r"\bpatch(es)?\b", said) else "film"
    for pattern, ours in _NOTES:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            ours = wording.of_kind(kind, QCoreApplication.translate("Notes", ours))
            return ours.format(*found.groups())
    return said
