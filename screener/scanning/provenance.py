"""Where a scan's scores come from, for its reports."""

from __future__ import annotations

import os

from screener import __version__
from screener.images.finding.inputs import Input
from screener.models.card import card_hash
from screener.models.catalogue import Installed
from screener.records import BANDS, Provenance, ScanRequest, Task

_MIB = 1 << 20


def provenance_of(
    request: ScanRequest, task: Task, model: Installed, inputs: list[Input], engine: str, day: str
) -> Provenance:
    """The provenance of a scan; without paths where the request is to leave them out.

    Args:
        request: what was asked for.
        task: what is looked for.
        model: what scores.
        inputs: the request's, from `check_inputs`.
        engine: its description.
        day: ISO 8601.
    """
    card = model.card
    nameless = request.deidentify
    return Provenance(
        program=f"screener {__version__}",
        model=card.name,
        model_sha256=card_hash(model.folder),
        task=card.task,
        task_title=card.task_title,
        labels=card.labels,
        positive=card.positive,
        operating_points=card.operating_points,
        engine=engine,
        settings=settings_of(request),
        inputs=() if nameless else tuple(_shown(typed) for typed in request.inputs),
        root="" if nameless else root_of(inputs),
        day=day,
        kind=task.kind,
    )


def settings_of(request: ScanRequest) -> dict[str, str]:
    """The options that can change a row, name -> value, for people."""
    limits = request.limits
    # Left out where it is as it always was, so that scans from before there was a choice can be gone on with.
    cut = {} if request.point == BANDS else {"operating point": request.point}
    return {
        **cut,
        "scope gate": "on" if request.gate else "off",
        "patient id": "kept" if request.include_patient_id else "dropped",
        "names": "hashed" if request.deidentify else "kept",
        "memory limit": f"{limits.memory // _MIB} MiB",
        "time limit": f"{limits.seconds:g} s",
        "largest file": f"{limits.file_bytes // _MIB} MiB",
        "most pixels": str(limits.pixels),
        "most frames": str(limits.frames),
    }


def root_of(inputs: list[Input]) -> str:
    """The folder that the names of all rows are relative to; "" where there is no such folder."""
    if len(inputs) > 1:
        # Each name begins with its input's label: the last parts of that input's path.
        roots = {one.root.removesuffix(one.label.replace("/", os.sep)) for one in inputs}
        above = roots.pop()
        return os.path.normpath(above) if not roots and above.endswith(os.sep) else ""
    (only,) = inputs
    return only.folder


def _shown(typed: str) -> str:
    """What was typed, its bytes that are no text escaped."""
    return os.fsencode(typed).decode("utf-8", "backslashreplace")
