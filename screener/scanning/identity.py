"""What makes two scans the same, so that one may continue the other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from screener.errors import OutputTaken
from screener.records import BANDS, Provenance

_WORDS = {
    "inputs": "other inputs",
    "model": "another model",
    "model_sha256": "another version of the model",
    "task": "another task",
    "engine": "another engine or device",
    "program": "another version of the program",
}


_UNSAID = {"operating point": BANDS}
"""What a setting is where an identity leaves it out."""


def places_of(inputs: Sequence[str]) -> tuple[str, ...]:
    """The inputs as absolute paths and patterns, links not followed."""
    return tuple(str(Path(os.path.expanduser(typed)).absolute()) for typed in inputs)  # noqa: PTH111 - see `inputs`


def identity_of(provenance: Provenance, inputs: tuple[str, ...]) -> dict[str, str]:
    """All that decides a scan's rows: program, model, engine, settings, and the inputs, name -> value.

    The inputs are hashed, as absolute paths in the file system's own encoding: a store without paths stays
    without.
    """
    places = b"\0".join(sorted(map(os.fsencode, places_of(inputs))))
    return {
        "inputs": hashlib.sha256(places).hexdigest(),
        "program": provenance.program,
        "task": provenance.task,
        "model": provenance.model,
        "model_sha256": provenance.model_sha256,
        "engine": provenance.engine,
        **provenance.settings,
    }


def check_same(found: Mapping[str, str], asked: Mapping[str, str], folder: Path) -> None:
    """Make sure that the scan in `folder` is the one that is asked for.

    Raises:
        OutputTaken: it is not; the message says in what.
    """
    differing = [name for name in {**asked, **found} if found.get(name) != asked.get(name)]
    if differing:
        words = " and ".join(
            _WORDS.get(name, f"{name} {_value(found, name)} instead of {_value(asked, name)}")
            for name in differing
        )
        raise OutputTaken(
            f"{folder} holds a scan with {words}; choose another --out, or --rescan to replace it"
        )


def _value(identity: Mapping[str, str], name: str) -> str:
    return identity.get(name, _UNSAID.get(name, "unknown"))
