"""How fast decode workers are on all cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter
from typing import TYPE_CHECKING

from screener.commands.timings.steps import LEAST_SECONDS
from screener.records import Decoded, DecodeSettings, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """What the workers did.

    Attributes:
        sound: the sources that gave a picture.
        inputs: the model's inputs of all pictures.
        kinds: the kind of file of each picture.
        unread: frames and files that gave none.
        rate: frames a second, all workers ready.
    """

    sound: list[Source]
    inputs: list[NDArray[np.uint8]]
    kinds: list[str]
    unread: int
    rate: float


def decoding(sources: Sequence[Source], settings: DecodeSettings, workers: int) -> Decoding:
    """What `workers` decode processes make of the sources, and how fast.

    The first pass, which is not timed, finds what can be decoded and gets the workers ready.
    """
    from screener.images.decode import decode, read_bytes
    from screener.scanning.messages import Decoder, Setup
    from screener.scanning.pool import DecodePool

    sound: dict[bytes, Source] = {}
    inputs, kinds, unread = [], [], 0
    with closing(DecodePool(Setup(settings, Decoder(read_bytes, decode)), workers)) as pool:
        for source, outcome in pool.outcomes(sources):
            if isinstance(outcome, Decoded):
                sound[source.key] = source
                inputs.append(outcome.model_input)
                kinds.append(outcome.facts.kind)
            else:
                unread += 1
        began = perf_counter()
        frames = sum(1 for _ in pool.outcomes(_for_long_enough(sources, began)))
        rate = frames / (perf_counter() - began)
    in_order = [source for source in sources if source.key in sound]
    return Decoding(in_order, inputs, kinds, unread, rate)


def _for_long_enough(sources: Sequence[Source], began: float) -> Iterator[Source]:
    """All sources, and again for as long as a rate takes to measure."""
    for number, source in enumerate(cycle(sources)):
        if number >= len(sources) and perf_counter() - began > LEAST_SECONDS:
            return
        yield source
