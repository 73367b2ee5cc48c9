"""From one state of a list to the next, in as few moves as a view needs to keep its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screener.scanning.reading import Line


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are shown.

    Attributes:
        bands: of `Band`; empty for all.
        text: must stand in the film's name, in whatever case; "" for any.
    """

    bands: frozenset[str] = frozenset()
    text: str = ""

    def apply(self, lines: Sequence[Line]) -> list[Line]:
        """The lines that are shown, in their order."""
        wanted = self.text.casefold()
        return [
            line
            for line in lines
            if (not self.bands or line.band in self.bands) and (not wanted or wanted in line.name.casefold())
        ]


@dataclass(frozen=True, slots=True)
class Remove:
    """Lines `first` to `last`, both included, go."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Insert:
    """`lines` come to stand from `first` on."""

    first: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The line at `place` becomes `line`."""

    place: int
    line: Line


Move = Remove | Insert | Change


def identity(line: Line) -> tuple[bytes, int]:
    """What tells a line from all others of its list."""
    return line.key, line.frame


def moves(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Move]:
    """The moves that make `old` into `new`, each to be done before the next.

    Both must be in the same order, by score and name or by name. A film whose score has changed goes and
    comes again.
    """
    places = {_place(line) for line in new}
    kept = [line for line in old if _place(line) in places]
    yield from _removals(old, places)
    at = 0
    run: list[Line] = []
    for index, line in enumerate(new):
        if at < len(kept) and _place(kept[at]) == _place(line):
            if run:
                yield Insert(index - len(run), tuple(run))
                run = []
            if kept[at] != line:
                yield Change(index, line)
            at += 1
        else:
            run.append(line)
    if run:
        yield Insert(len(new) - len(run), tuple(run))


def _place(line: Line) -> tuple[bytes, int, float | None]:
    return line.key, line.frame, line.score


def _removals(old: Sequence[Line], places: set[tuple[bytes, int, float | None]]) -> Iterator[Remove]:
    """Runs of lines that are gone, the last run first, so that none shifts another."""
    last = None
    for index in range(len(old) - 1, -1, -1):
        if _place(old[index]) in places:
            if last is not None:
                yield Remove(index + 1, last)
            last = None
        elif last is None:
            last = index
    if last is not None:
        yield Remove(0, last)
