"""Choose the operating points of weights/ anew, and seal them: after a change of what a card says of them.

    pip install '.[train]'
    python packaging/points.py --data DATA [--only NAME]

DATA holds the folders that models.toml names (cxr, pcam). Weights, graphs and temperatures stay as they are.
Thresholds that all come out within 0.03 of what they were are left alone: so far an int8 graph's may move on
another processor. A figure that an older program measured without its interval gets one, and an older
split.csv each picture's sha256. The processor must run int8 graphs.
"""

import argparse
import csv
import dataclasses
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from retrain import ROOT, WEIGHTS, read_plans

from screener.engines.openvino import OpenVinoEngine
from screener.engines.precision import runs_int8
from screener.engines.scores import probabilities
from screener.models.card import ModelCard, read_card, verify, write_card
from screener.reports.html.model_card import MAPS, PAGE, card_page
from screener.tasks.load import load_task
from screener.training.export import plots
from screener.training.export.calibrate import points_at
from screener.training.export.describe import describe_metrics
from screener.training.export.logbook import LOGBOOK, write_logbook
from screener.training.export.own_pictures import own_pictures
from screener.training.export.where import mean_picture, outcomes, plot_outcomes
from screener.training.labelled.cache import default_folder
from screener.training.labelled.preflight import Prepared
from screener.training.labelled.splits import SPLIT, write_split
from screener.training.learning.history import HISTORY
from screener.training.learning.predict import engine_logits
from screener.training.progress import EpochResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Logits = tuple[NDArray[np.float32], NDArray[np.float32]]
    """Of the validation pictures, plain and stressed."""

_NOISE = 0.03
_SAME = 0.001
"""The most by which a figure may differ from the card's: OpenVINO measures here, PyTorch measured there."""
_ALONE = ("parity_torch_openvino",)
"""Figures of the pictures' largest difference, not of a sample: without an interval."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    plans = read_plans(ROOT / "packaging" / "models.toml")
    for folder in sorted(path for path in WEIGHTS.iterdir() if path.is_dir()):
        if not options.only or folder.name in options.only:
            changed = choose_anew(folder, options.data / plans[folder.name]["data"], default_folder())
            print(f"{folder.name}: {'written anew' if changed else 'as it was'}", flush=True)


def choose_anew(folder: Path, data: Path, cache: Path) -> bool:
    """Whether something in the card is other than before; all that tells of it is then written anew."""
    card = read_card(folder)
    verify(card, folder)  # what was altered must not be vouched for
    if card.int8 and not runs_int8(folder, card):
        raise SystemExit(f"{folder.name}: this processor cannot run its int8 graph")
    pictures, recipe = own_pictures(folder, card, load_task(card.task), data, cache)
    said = logits_of(folder, card, pictures, "fp32")
    new = dataclasses.replace(card, operating_points=points_at(card.temperature, card, pictures, *said))
    if card.int8:
        small = logits_of(folder, card, pictures, "int8")
        points = points_at(card.int8.temperature, card, pictures, *small)
        new = dataclasses.replace(new, int8=dataclasses.replace(card.int8, operating_points=points))
    moved = not np.allclose(thresholds(new), thresholds(card), rtol=0, atol=_NOISE)
    if not moved:
        new = card
    bare = [name for name, held in card.metrics.items() if isinstance(held, float) and name not in _ALONE]
    unsealed = ",sha256" not in (folder / SPLIT).read_text("utf-8").partition("\n")[0]
    if not (moved or bare or unsealed):
        return False
    parity = card.measured("parity_torch_openvino") or 0.0
    found = dataclasses.replace(new, metrics=describe_metrics(new, *said, parity, pictures))
    at_points = [name for name in card.metrics if moved and name.endswith("_at_balanced")]
    for name in set(bare).difference(at_points):
        was, now = card.measured(name), found.measured(name)
        if was is None or now is None or abs(now - was) > _SAME:
            raise SystemExit(f"{folder.name}: {name} is {now}, not {was}")
    anew = {name: found.metrics[name] for name in {*bare, *at_points}}
    new = dataclasses.replace(new, metrics={**card.metrics, **anew})
    if unsealed:
        write_split(pictures.lines, card.labels, folder / SPLIT, with_hashes=True)
    if moved:
        draw_anew(folder, new, pictures, said)
    write_logbook(new, recipe, history_in(folder / HISTORY), pictures.preflight, folder / LOGBOOK)
    (folder / PAGE).write_text(card_page(new, folder), "utf-8")
    write_card(new, folder)
    return True


def draw_anew(folder: Path, card: ModelCard, pictures: Prepared, said: "Logits") -> None:
    """Draw the pictures that the points are in."""
    positive = [card.labels.index(name) for name in card.positive]
    scores = {
        name: probabilities(logits, card.temperature)[:, positive].sum(axis=1)
        for name, logits in zip(("validation", "stressed"), said, strict=True)
    }
    truth = np.isin(pictures.validation.own_labels, positive)
    plots.plot_roc(truth, scores, card.operating_points, folder / "roc.png")
    with closing(OpenVinoEngine(folder, card, 0)) as engine:
        if maps := outcomes(engine, card, pictures.validation):
            plot_outcomes(maps, mean_picture(pictures.validation), folder / MAPS)


def logits_of(folder: Path, card: ModelCard, pictures: Prepared, precision: str) -> "Logits":
    with closing(OpenVinoEngine(folder, card, 0, precision)) as engine:
        return engine_logits(engine, pictures.validation), engine_logits(engine, pictures.stressed)


def thresholds(card: ModelCard) -> list[float]:
    """In full precision, then in int8."""
    points = (*card.operating_points, *(card.int8.operating_points if card.int8 else ()))
    return [point.threshold for point in points]


def history_in(path: Path) -> Sequence[EpochResult]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            EpochResult(**{name: of(name, text) for name, text in row.items()})
            for row in csv.DictReader(file)
        ]


def of(name: str, text: str) -> float | bool | None:
    """A field of `EpochResult` as its column in history.csv has it."""
    if name == "kept":
        return text == "True"
    if name in ("epoch", "side"):
        return int(text)
    return float(text) if text else None


if __name__ == "__main__":
    main()
