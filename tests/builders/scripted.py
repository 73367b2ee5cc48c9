"""A decoder whose files say what is to happen, so that a test can order any misfortune by name.

A file holds one or more lines, each a frame: `ok SEED` (a picture), `scope SEED` (one that the gate
doubts), `corrupt`, `white` (a picture that poisons the model), `slow SECONDS`, `hang`, `die`, `die-once
PATH`, `fault`, `hog MIB`, `memory`. All of it can be imported by a worker process.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from builders.model import tiny_card
from screener.images.judging.gate import Gate
from screener.records import (
    Decoded,
    DecodeSettings,
    Facts,
    InputSpec,
    Limits,
    Provenance,
    Reason,
    Refused,
    Source,
)
from screener.scanning.messages import Decoder, Setup
from screener.scanning.store import STORE, ScanStore
from screener.tasks.load import load_task

SIDE = 32


def read(source: Source, limits: Limits) -> bytes | Refused:
    """The file's bytes."""
    try:
        return source.path.read_bytes()
    except FileNotFoundError:
        return Refused(Reason.VANISHED)


def decode(data: bytes, settings: DecodeSettings) -> Iterator[Decoded | Refused]:
    """What the lines of the file order."""
    lines = data.decode().splitlines()
    for line in lines:
        order, _, value = line.partition(" ")
        match order:
            case "ok" | "scope" | "white":
                yield picture(order, value, len(lines))
            case "corrupt":
                yield Refused(Reason.CORRUPT, "as ordered")
            case "slow":
                time.sleep(float(value))
                yield picture("ok", value, len(lines))
            case "hang":
                time.sleep(3600)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "die-once":
                if not Path(value).exists():
                    Path(value).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                yield picture("ok", "1", len(lines))
            case "fault":
                raise KeyError("DOE^JANE")
            case "hog":
                np.ones(int(value) << 20, np.uint8)
                yield picture("ok", value, len(lines))
            case "memory":
                yield Refused(Reason.OUT_OF_MEMORY)


def picture(order: str, value: str, frames: int) -> Decoded:
    """A picture that depends on `value` alone."""
    seed = sum(value.encode())
    pixels = np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE, 1), dtype=np.uint8)
    pixels[0, 0, 0] = 255 if order == "white" else 0
    return Decoded(
        model_input=pixels,
        thumbnail=b"\xff\xd8 thumbnail " + value.encode(),
        facts=Facts("jpeg", SIDE, SIDE, frames=frames),
        scope=Reason.COLOUR if order == "scope" else None,
        scope_detail="as ordered" if order == "scope" else "",
    )


def setup(seconds: float = 30.0, memory: int = 1 << 30, gate: Gate | None = None) -> Setup:
    """What a worker is told, with this module's decoder."""
    spec = InputSpec(width=SIDE, height=SIDE)
    limits = Limits(seconds=seconds, memory=memory)
    return Setup(DecodeSettings(spec, load_task("pneumonia"), limits), Decoder(read, decode), gate)


def write_films(folder: Path, films: dict[str, str]) -> list[Source]:
    """Files with these contents, as `find` would list them: in the order of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in films.items():
        (folder / name).write_text(content, "utf-8")
    return [Source(folder / name, name, name.encode(), Path(name).stem) for name in sorted(films)]


def an_empty_store(folder: Path, identity: dict[str, str], *, finished: bool) -> None:
    """A scan with this identity and no films."""
    folder.mkdir(parents=True, exist_ok=True)
    with ScanStore(folder / STORE, identity, a_provenance()) as store:
        if finished:
            store.finish()


def a_provenance() -> Provenance:
    """Where the scores of a test come from."""
    return Provenance(
        program="screener 0",
        model="m",
        model_sha256="ab",
        task="pneumonia",
        task_title="Chest film: pneumonia",
        labels=("normal", "pneumonia"),
        positive=("pneumonia",),
        operating_points=tiny_card().operating_points,
        engine="none",
        settings={"scope gate": "on"},
        inputs=("films",),
        root="/films",
        day="2026-01-01",
    )
