"""Labelled films beside what the model said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Scored films whose truth is known, N of them.

    Attributes:
        classes: the names of the K labels.
        positive: indexes of the labels whose summed probability is the score.
        labels: int64, N, indexes into `classes`.
        shares: float64, N x K, probabilities.
        scores: float64, N, 0..1.
        patients: whose each film is; films of one patient are resampled together.
        cut: the score from which a film of a task with two classes is called positive; with more classes,
            the likeliest is called.
    """

    classes: tuple[str, ...]
    positive: tuple[int, ...]
    labels: NDArray[np.int64]
    shares: NDArray[np.float64]
    scores: NDArray[np.float64]
    patients: tuple[str, ...]
    cut: float = 0.5

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Bool, N: whether a film is positive."""
        return np.isin(self.labels, self.positive)

    @property
    def likeliest(self) -> NDArray[np.int64]:
        """Int64, N: the class with the most probability; of two that have 0.5 each, the positive one."""
        if len(self.classes) == 2:
            return self._from(0.5)
        places: NDArray[np.int64] = self.shares.argmax(axis=1)
        return places

    @property
    def called(self) -> NDArray[np.int64]:
        """Int64, N: what the films are called: by `cut` with two classes, else the likeliest class."""
        if len(self.classes) > 2:
            return self.likeliest
        return self._from(self.cut)

    def _from(self, cut: float) -> NDArray[np.int64]:
        (positive,) = self.positive
        return np.where(self.scores >= cut, positive, 1 - positive).astype(np.int64)

    def part(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Judged:
        """The films at `rows` alone."""
        return Judged(
            self.classes,
            self.positive,
            self.labels[rows],
            self.shares[rows],
            self.scores[rows],
            tuple(self.patients[place] for place in np.arange(len(self))[rows]),
            self.cut,
        )
