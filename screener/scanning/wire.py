"""What a decode worker says, as bytes that can only ever be data.

A worker reads bytes from anywhere. Should a film take one over, its answers must not run code in the
scan, as unpickling them would: so they cross as JSON and raw pixels, and are checked on arrival.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from typing import Any

import numpy as np

from screener.records import Caution, Decoded, Facts, InputSpec, Reason, Refused
from screener.scanning.messages import Began, Ended, Event, Frame, Job, Ready

LONGEST = 1 << 28
"""Bytes of the longest answer that is read."""

_LENGTHS = struct.Struct("<II")


class Garbled(Exception):
    """An answer that no sound worker gives."""


def pack(event: Ready | Event) -> bytes:
    """The event as bytes: two lengths, JSON, the thumbnail, the model's input."""
    match event:
        case Ready():
            return _join({"kind": "ready"})
        case Began(sha256=sha256):
            return _join({"kind": "began", "sha256": sha256})
        case Frame(number=number, outcome=outcome):
            if isinstance(outcome, Refused):
                return _join({"kind": "refused", "number": number, "why": _of_refused(outcome)})
            fields = {
                "kind": "decoded",
                "number": number,
                "facts": dataclasses.asdict(outcome.facts),
                "applied": outcome.applied,
                "cautions": outcome.cautions,
                "scope": outcome.scope,
                "scope_detail": outcome.scope_detail,
            }
            return _join(fields, outcome.thumbnail, outcome.model_input.tobytes())
        case Ended(unchanged=unchanged, failure=failure, trace=trace):
            why = None if failure is None else _of_refused(failure)
            return _join({"kind": "ended", "unchanged": unchanged, "why": why, "trace": trace})


def unpack(message: bytes, job: Job | None, spec: InputSpec) -> Ready | Event:
    """The event that `pack` made.

    Args:
        message: what came from the worker.
        job: the one that it is at; None if it has none, when only `Ready` makes sense.
        spec: of the model's input, which decides the shape of the pixels.

    Raises:
        Garbled: it is not what a sound worker says.
    """
    try:
        return _unpack(message, job, spec)
    except (struct.error, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Garbled(type(error).__name__) from error


def _unpack(message: bytes, job: Job | None, spec: InputSpec) -> Ready | Event:
    length, thumbnail_length = _LENGTHS.unpack_from(message)
    body = _LENGTHS.size + length
    fields = json.loads(message[_LENGTHS.size : body])
    if not isinstance(fields, dict):
        raise ValueError("no fields")
    if not 0 <= int(fields.get("number", 0)) < 1 << 31:
        raise ValueError("no such frame")
    kind = fields["kind"]
    if kind == "ready":
        return Ready()
    if job is None:
        raise ValueError("it has no job")
    if kind == "began":
        return Began(job, str(fields["sha256"]))
    if kind == "refused":
        return Frame(job, int(fields["number"]), _refused(fields["why"]))
    if kind == "ended":
        failure = None if fields["why"] is None else _refused(fields["why"])
        return Ended(job, bool(fields["unchanged"]), failure, str(fields["trace"]))
    if kind != "decoded":
        raise ValueError("no such kind")
    pixels = np.frombuffer(message, np.uint8, offset=body + thumbnail_length)
    decoded = Decoded(
        model_input=pixels.reshape(spec.height, spec.width, spec.channels),
        thumbnail=message[body : body + thumbnail_length],
        facts=Facts(**fields["facts"]),
        applied=tuple(map(str, fields["applied"])),
        cautions=tuple(map(Caution, fields["cautions"])),
        scope=None if fields["scope"] is None else Reason(fields["scope"]),
        scope_detail=str(fields["scope_detail"]),
    )
    return Frame(job, int(fields["number"]), decoded)


def _join(fields: dict[str, Any], thumbnail: bytes = b"", pixels: bytes = b"") -> bytes:
    header = json.dumps(fields).encode("ascii")
    return b"".join((_LENGTHS.pack(len(header), len(thumbnail)), header, thumbnail, pixels))


def _of_refused(refused: Refused) -> dict[str, Any]:
    return dataclasses.asdict(refused)


def _refused(fields: dict[str, Any]) -> Refused:
    facts = None if fields["facts"] is None else Facts(**fields["facts"])
    return Refused(Reason(fields["reason"]), str(fields["detail"]), facts)
