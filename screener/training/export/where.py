"""Where a model looks, on average: heat maps by outcome, in which no single film can be recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from screener.engines.base import Engine
from screener.engines.maps import heat_map
from screener.engines.scores import probabilities
from screener.models.card import ModelCard
from screener.reports.heatmap import overlay
from screener.reports.wording import counted
from screener.training.labelled.batches import Labelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 20
"""Pictures that the mean picture under the maps is made of, at least: in fewer one could be recognised."""

_BATCH = 64
_SIDE = 256
_WIDE = 34
"""Letters that fit over one map."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The pictures that were called alike.

    Attributes:
        name: in words.
        pictures: how many.
        heat: their mean heat map, float32, h x w, 0..1; None without pictures.
    """

    name: str
    pictures: int
    heat: NDArray[np.float32] | None


def outcomes(engine: Engine, card: ModelCard, data: Labelled) -> list[Outcome]:
    """The mean heat maps of `data`'s pictures: found, missed, false alarm, passed; by the balanced point.

    Empty where the model gives no maps.
    """
    positive = np.array([label in card.positive for label in card.labels])
    cut = card.point("balanced").threshold
    heats, called = [], []
    for start in range(0, len(data), _BATCH):
        rows = data.rows[start : start + _BATCH]
        seen = engine.infer(np.ascontiguousarray(data.pixels[rows]))
        if seen.maps is None:
            return []
        heats += [heat_map(maps, positive) for maps in seen.maps]
        called += list(probabilities(seen.logits, card.temperature)[:, positive].sum(axis=1) >= cut)
    truth, said = positive[data.own_labels], np.array(called)
    what = " or ".join(card.positive)
    sides = (
        (f"{what}, found", truth & said),
        (f"{what}, missed", truth & ~said),
        (f"no {what}, false alarm", ~truth & said),
        (f"no {what}, passed as negative", ~truth & ~said),
    )
    stacked = np.stack(heats)
    return [
        Outcome(name, int(rows.sum()), stacked[rows].mean(axis=0) if rows.any() else None)
        for name, rows in sides
    ]


def mean_picture(data: Labelled) -> NDArray[np.uint8] | None:
    """The mean of `data`'s pictures, uint8, H x W x C; None where they are fewer than `FEWEST`."""
    if len(data) < FEWEST:
        return None
    total = np.zeros(data.pixels.shape[1:], np.float64)
    for row in data.rows:
        total += data.pixels[row]
    return (total / len(data)).round().astype(np.uint8)


def plot_outcomes(found: Sequence[Outcome], picture: NDArray[np.uint8] | None, path: Path) -> None:
    """Write the mean maps side by side, over the mean picture where there is one."""
    figure = Figure(figsize=(11, 3.7), layout="constrained")
    for axes, outcome in zip(figure.subplots(1, len(found)), found, strict=True):
        axes.set_axis_off()
        whose, _, said = outcome.name.rpartition(", ")
        axes.set_title(f"{fill(whose, _WIDE)}\n{said}: {counted(outcome.pictures, 'picture')}", fontsize=10)
        under = _under(picture)
        shown = under if outcome.heat is None else overlay(under, outcome.heat)
        axes.imshow(np.asarray(shown))
    figure.savefig(path, dpi=120)


def _under(picture: NDArray[np.uint8] | None) -> Image.Image:
    size = (_SIDE, _SIDE)
    if picture is None:
        return Image.new("RGB", size, (96, 96, 96))
    image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    return image.convert("RGB").resize(size, Image.Resampling.BICUBIC)
