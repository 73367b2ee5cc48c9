"""Ten times the films take no more memory, whatever the report."""

import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders.rows import MemoryView, a_problem_row, a_provenance, a_scored_row, a_thumbnail
from screener.records import FORMATS, Band, Counts, Reason, Row, Status
from screener.reports.base import ReportWriter
from screener.reports.publish import report_writer

_FILM = a_thumbnail(0, 64, 64)


class _Stream(MemoryView):
    """A scan of `films` scored films and as many problems that exist only while they are looked at."""

    def __init__(self, films: int) -> None:
        super().__init__((), a_provenance())
        object.__setattr__(self, "films", films)

    def counts(self) -> Counts:
        n = self.films  # type: ignore[attr-defined]
        return Counts({Status.SCORED: n, Status.UNREADABLE: n}, {Band.NEGATIVE: n})

    def worklist(self) -> Iterator[Row]:
        return (a_scored_row(i, f"film {i:06}.png", 0.1, _FILM) for i in self._numbers())

    def problems(self) -> Iterator[Row]:
        return (a_problem_row(i, f"problem {i:06}.png", Reason.CORRUPT) for i in self._numbers())

    def _numbers(self) -> Iterator[int]:
        for i in range(self.films):  # type: ignore[attr-defined]
            if i % 250 == 0:
                gc.collect()
            yield i

    def rows(self) -> Iterator[Row]:
        yield from self.worklist()
        yield from self.problems()


def _peak(writer: ReportWriter, films: int, path: Path) -> int:
    """The most bytes that Python's objects took while the report was written.

    Garbage that waits for the collector is not kept, but counts until then; so it is collected at fixed
    places, in the rows' stream, and nowhere else.
    """
    gc.disable()
    tracemalloc.start()
    try:
        writer.write(_Stream(films), path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.enable()


@pytest.mark.parametrize("format", FORMATS)
def test_memory_is_flat(format: str, tmp_path: Path) -> None:
    writer = report_writer(format)
    path = tmp_path / writer.name
    writer.write(_Stream(260), path)  # imports, caches and pictures, once
    few, many = _peak(writer, 260, path), _peak(writer, 1_010, path)
    assert many - few < 750 * 100  # a film kept whole would be 3 kB, its name and link alone some 300 bytes
