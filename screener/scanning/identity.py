"""What makes two scans the same, so that one may continue the other."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from screener.errors import OutputTaken
from screener.records import BANDS, Provenance, Task
from screener.tasks.load import NAMES, load_task

_WORDS = {
    "inputs": "other inputs",
    "model": "another model",
    "model_sha256": "another version of the model",
    "task": "another task",
    "engine": "another engine or device",
    "program": "another version of the program",
}

_SEALED = "other inputs, or ones that another user or computer sealed"

_UNSAID = {"operating point": BANDS}
"""What a setting is where an identity leaves it out."""


def places_of(inputs: Sequence[str]) -> tuple[str, ...]:
    """The inputs as absolute paths and patterns, links not followed."""
    return tuple(str(Path(os.path.expanduser(typed)).absolute()) for typed in inputs)  # noqa: PTH111 - see `inputs`


def identity_of(
    provenance: Provenance, task: Task, inputs: tuple[str, ...], key: bytes = b""
) -> dict[str, str]:
    """All that decides a scan's rows: program, model, engine, settings, and the inputs, name -> value.

    Args:
        provenance: of the scan.
        task: what is looked for.
        inputs: as typed; hashed, as absolute paths in the file system's own encoding.
        key: seals that hash where names are to go, or whoever guesses a path would know that it is right.
    """
    places = b"\0".join(sorted(map(os.fsencode, places_of(inputs))))
    seal = hmac.new(key, places, "sha256") if key else hashlib.sha256(places)
    return {
        "inputs": seal.hexdigest(),
        "program": provenance.program,
        "task": provenance.task + _own_rules(task),
        "model": provenance.model,
        "model_sha256": provenance.model_sha256,
        "engine": provenance.engine,
        **provenance.settings,
    }


def _own_rules(task: Task) -> str:
    """Of a task of the user's own, which may be edited between two runs: what of it decides a row."""
    if task.name in NAMES and task == load_task(task.name):
        return ""
    return f" {[task.kind, *sorted(task.modalities), str(task.adult_caution)]}"


def check_same(found: Mapping[str, str], asked: Mapping[str, str], folder: Path) -> None:
    """Make sure that the scan in `folder` is the one that is asked for.

    Raises:
        OutputTaken: it is not; the message says in what.
    """
    differing = [name for name in {**asked, **found} if found.get(name) != asked.get(name)]
    if "names" in differing and "inputs" in differing:
        differing.remove("inputs")  # one of the two is sealed: nobody can tell
    if differing:
        known = _WORDS | ({"inputs": _SEALED} if asked.get("names") == "hashed" else {})
        words = " and ".join(
            known.get(name, f"{name} {_value(found, name)} instead of {_value(asked, name)}")
            for name in differing
        )
        raise OutputTaken(
            f"{folder} holds a scan with {words}; choose another --out, or --rescan to replace it"
        )


def _value(identity: Mapping[str, str], name: str) -> str:
    return identity.get(name, _UNSAID.get(name, "unknown"))
