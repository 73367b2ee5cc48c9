"""What a report must know of all its films before it shows the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from screener.records import Band, Row


@dataclass(frozen=True, slots=True)
class Histogram:
    """Films by score and band.

    Attributes:
        counts: for each band the films in each bin. The bins are of one width, cover 0..1 and hold their
            lower edge; the last holds 1 as well.
    """

    counts: Mapping[Band, tuple[int, ...]]

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return len(self.counts[Band.NEGATIVE])

    @property
    def highest(self) -> int:
        """The films of the fullest bin."""
        return max(map(sum, zip(*self.counts.values(), strict=True)))

    def edges(self, index: int) -> tuple[float, float]:
        """The lower and upper edge of a bin."""
        return index / self.bins, (index + 1) / self.bins


@dataclass(frozen=True, slots=True)
class Overview:
    """What one pass over all rows finds.

    Attributes:
        histogram: see `Histogram`.
        pictures: whether any scored film has a thumbnail.
        patients: whether any film, scored or not, has a patient id.
        frames: whether any row is one of several frames of a file.
    """

    histogram: Histogram
    pictures: bool
    patients: bool
    frames: bool


def overview(rows: Iterable[Row], bins: int = 20) -> Overview:
    """The overview of rows, those without a score among them or not."""
    counts = {band: [0] * bins for band in Band}
    pictures = patients = frames = False
    for row in rows:
        if row.score is not None and row.band is not None:
            counts[row.band][min(int(row.score * bins), bins - 1)] += 1
            pictures |= bool(row.thumbnail)
        frames |= row.frame > 0
        patients |= row.facts is not None and bool(row.facts.patient)
    histogram = Histogram({band: tuple(of_band) for band, of_band in counts.items()})
    return Overview(histogram, pictures, patients, frames)
