"""The films themselves, for the reports: looked up in the scan when they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from screener.images.finding.names import printable
from screener.records import Row
from screener.reports.links import film_links
from screener.reports.publish import Plot
from screener.training.evaluation.films import Film
from screener.training.evaluation.outcome import Evaluation
from screener.training.evaluation.plots import contact_sheet, plots

if TYPE_CHECKING:
    from numpy.typing import NDArray

Look = Callable[[bytes, int], Row | None]
"""A row's key and frame to the row, thumbnail and heat map with it; None where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Illustrated:
    """An evaluation with its pictures, which its reports are views of.

    Attributes:
        evaluation: the figures.
        plots: of the figures.
        contact_sheet: of sixteen films; None where no film can be shown.
        mistakes: (place, row) of the worst mistakes, the surest first; the row is None without a picture.
    """

    evaluation: Evaluation
    plots: tuple[Plot, ...]
    contact_sheet: Plot | None
    mistakes: tuple[tuple[int, Row | None], ...] = field(repr=False)


def film_link(film: Film, row: Row | None, folder: Path) -> str | None:
    """The link from a report in `folder` that opens the film; None without a row. A CSV may name any path."""
    if row is None:
        return None
    path = film.example.path.absolute()
    return film_links(str(path.parent), folder)(replace(row, name=printable(path.name)))


def illustrate(evaluation: Evaluation, look: Look, worst: int, *, drawn: bool = True) -> Illustrated:
    """The evaluation with its pictures; `worst` mistakes are shown. With `drawn` False it has none."""
    if not drawn:
        return Illustrated(evaluation, (), None, ())

    def row_at(place: int) -> Row | None:
        film = evaluation.films[place]
        return look(film.key, film.frame)

    def thumbnail(place: int) -> NDArray[np.uint8] | None:
        row = row_at(place)
        return np.asarray(Image.open(BytesIO(row.thumbnail))) if row and row.thumbnail else None

    return Illustrated(
        evaluation,
        tuple(plots(evaluation)),
        contact_sheet(evaluation, thumbnail),
        tuple((place, row_at(place)) for place in evaluation.mistakes[:worst]),
    )
