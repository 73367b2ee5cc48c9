"""What the scan and its decode workers say to each other, and how a file is read and decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from screener.images.judging.gate import Gate
from screener.records import Decoded, DecodeSettings, Limits, Refused, Source


@dataclass(frozen=True, slots=True)
class Decoder:
    """The two functions that a worker runs, both importable by name: see `screener.images.decode`.

    Attributes:
        read: a source's bytes, or why there are none.
        decode: one outcome for each frame that the bytes hold.
    """

    read: Callable[[Source, Limits], bytes | Refused]
    decode: Callable[[bytes, DecodeSettings], Iterator[Decoded | Refused]]


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to a worker.

    Attributes:
        settings: how a file is decoded.
        decoder: by what.
        gate: the model's, which judges the scope of a picture whose tags and grey levels raise no doubt; None
            for none.
    """

    settings: DecodeSettings
    decoder: Decoder
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One file to decode.

    Attributes:
        number: in the order of the listing, from 1.
        source: the file.
        known: the sha256 of the content that the store has this file's rows for; "" for none.
    """

    number: int
    source: Source
    known: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker has started."""


@dataclass(frozen=True, slots=True)
class Began:
    """A file has been read, and its decoding begins."""

    job: Job
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame of a file: `number` from 1, or 0 where the file holds one picture only."""

    job: Job
    number: int
    outcome: Decoded | Refused


@dataclass(frozen=True, slots=True)
class Ended:
    """A file is done.

    Attributes:
        job: its job.
        unchanged: its content is what `job.known` said; it was not decoded.
        failure: why the whole file is refused; the frames that came before are void.
        trace: for the log: where the program failed, without a value from the file; "" if it did not.
    """

    job: Job
    unchanged: bool = False
    failure: Refused | None = None
    trace: str = ""


Event = Began | Frame | Ended
