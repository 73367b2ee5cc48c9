"""What each step of a scan costs a film, in this process, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from screener.commands.timings.records import Step
from screener.records import DecodeSettings, Limits, Refused, Row, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from screener.engines.base import Engine
    from screener.images.judging.gate import Gate
    from screener.scanning.view import StoreView

_BATCH = 16

LEAST_SECONDS = 1.0
"""How long a rate is measured: less is at the mercy of whatever else the machine does."""


def read_step(sources: Iterable[Source], limits: Limits) -> tuple[Step, list[Source]]:
    """What reading and hashing cost, and the sources whose content differs from all before them.

    A scan scores equal files once, so copies would flatter it.
    """
    from hashlib import sha256

    from screener.images.decode import read_bytes

    seconds, seen, kept = [], set(), []
    for source in sources:
        began = perf_counter()
        data = read_bytes(source, limits)
        if isinstance(data, Refused):
            kept.append(source)
            continue
        digest = sha256(data).digest()
        seconds.append(perf_counter() - began)
        if digest not in seen:
            seen.add(digest)
            kept.append(source)
    return Step("read", tuple(seconds)), kept


def decode_steps(sources: Sequence[Source], settings: DecodeSettings, gate: Gate | None) -> list[Step]:
    """What decoding, the scope's checks, `prepare` and the thumbnail cost a picture.

    Args:
        sources: films that a worker has decoded before, since a film may end this process.
        settings: the scan's.
        gate: the model's own, if any.
    """
    laps: list[_Laps] = []
    kinds: set[tuple[str, str]] = set()
    for source in sources:
        found = _laps(source, settings, gate)
        # The first film of its kind loads the decoder, which costs the other films nothing.
        if {one.kind for one in found} - kinds:
            kinds.update(one.kind for one in found)
            found = _laps(source, settings, gate)
        laps += found
    names = ("decode", "scope", "prepare", "thumbnail")
    return [Step(name, tuple(getattr(one, name) for one in laps)) for name in names]


@dataclass(frozen=True, slots=True)
class _Laps:
    """The seconds that each step took on one picture; `kind` is its kind of file and codec."""

    kind: tuple[str, str]
    decode: float
    scope: float
    prepare: float
    thumbnail: float


def _laps(source: Source, settings: DecodeSettings, gate: Gate | None) -> list[_Laps]:
    """The laps of each picture in a file; none if it is gone since."""
    from screener.images.decode import pictures, read_bytes, thumbnail
    from screener.images.judging.scope import scope_of_picture
    from screener.images.prepare import prepare

    data = read_bytes(source, settings.limits)
    if isinstance(data, Refused):
        return []
    laps = []
    began = perf_counter()
    for picture in pictures(data, settings):
        if not isinstance(picture, Refused):
            clock = [began, perf_counter()]
            model_input = prepare(picture.pixels, settings.input)
            clock.append(perf_counter())
            thumbnail(picture.pixels, settings.thumbnail)
            clock.append(perf_counter())
            if scope_of_picture(picture, settings) is None and gate:
                gate.judge(model_input)
            clock.append(perf_counter())
            decoded, prepared, drawn, checked = (b - a for a, b in pairwise(clock))
            kind = picture.facts.kind, picture.facts.codec
            laps.append(_Laps(kind, decoded, checked, prepared, drawn))
        began = perf_counter()
    return laps


def model_seconds(engine: Engine, inputs: Sequence[NDArray[np.uint8]]) -> tuple[float, ...]:
    """The wall seconds a film of each batch, the model alone and ready.

    Args:
        engine: what runs it.
        inputs: at least one; all are taken, and again until there is enough to time.
    """
    import numpy as np

    films = cycle(inputs)
    engine.infer(np.stack(list(islice(films, _BATCH))))
    seconds: list[float] = []
    while sum(seconds) * _BATCH < LEAST_SECONDS or len(seconds) * _BATCH < len(inputs):
        batch = np.stack(list(islice(films, _BATCH)))
        began = perf_counter()
        engine.infer(batch)
        seconds.append((perf_counter() - began) / _BATCH)
    return tuple(seconds)


def store_step(rows: Sequence[Row], view: StoreView, folder: Path) -> Step:
    """What it costs to commit rows to a store in `folder`, a batch a transaction."""
    from screener.scanning.store import STORE, ScanStore

    seconds = []
    with ScanStore(folder / STORE, {}, view.provenance()) as store:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            began = perf_counter()
            with store.transaction():
                for row in batch:
                    store.put(row)
                    store.end_file(row.key, row.sha256, row.frame, settled=True)
            seconds.append((perf_counter() - began) / len(batch))
    return Step("store", tuple(seconds))
