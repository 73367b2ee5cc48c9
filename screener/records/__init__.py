"""The frozen records that flow through the program. Standard library only.

A scan in one line: `Source` (where a film lies) -> `Decoded` or `Refused` (what a decode worker made of
it) -> `Row` (what the store keeps and every report shows).
"""

from screener.records.film import Decoded, Facts, Picture, Refused, Row, Source
from screener.records.model import InputSpec, Interval, OperatingPoint, Task
from screener.records.scan import (
    BANDS,
    FORMATS,
    PRECISIONS,
    Counts,
    DecodeSettings,
    Limits,
    Progress,
    Provenance,
    ScanRequest,
    ScanResult,
)
from screener.records.status import Band, Caution, Reason, Status, Verdict

__all__ = [
    "BANDS",
    "FORMATS",
    "PRECISIONS",
    "Band",
    "Caution",
    "Counts",
    "DecodeSettings",
    "Decoded",
    "Facts",
    "InputSpec",
    "Interval",
    "Limits",
    "OperatingPoint",
    "Picture",
    "Progress",
    "Provenance",
    "Reason",
    "Refused",
    "Row",
    "ScanRequest",
    "ScanResult",
    "Source",
    "Status",
    "Task",
    "Verdict",
]
