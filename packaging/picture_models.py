"""Give a model folder the mean heat maps and the page that an export makes, where an earlier one made none.

    python packaging/picture_models.py DATA FOLDER [FOLDER ...]

DATA is what the models were trained on. Only validation films are read, those of each folder's split.csv.
A file that is not the one its card vouches for stops it: nothing altered is sealed anew.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from screener.engines.openvino import OpenVinoEngine
from screener.models.card import read_card, verify, write_card
from screener.reports.html.model_card import MAPS, PAGE, card_page
from screener.tasks.load import load_task
from screener.training.batches import Labelled
from screener.training.cache import reader_for
from screener.training.labels import VALIDATION
from screener.training.where import mean_picture, outcomes, plot_outcomes


def picture(data: Path, folder: Path) -> None:
    """Write heat-maps.png and card.html into the model folder, and seal it anew."""
    card = read_card(folder)
    verify(card, folder)
    with (folder / "split.csv").open(newline="", encoding="utf-8") as file:
        held = [line for line in csv.DictReader(file) if line["split"] == VALIDATION]
    read = reader_for(card.input, load_task(card.task))
    pixels = np.stack([read(data / line["path"]) for line in held])
    labels = np.array([card.labels.index(line["label"]) for line in held], np.int64)
    films = Labelled(pixels, labels, np.arange(len(held)))
    engine = OpenVinoEngine(folder, card, 2)
    try:
        found = outcomes(engine, card, films)
    finally:
        engine.close()
    if found:
        plot_outcomes(found, mean_picture(films), folder / MAPS)
    (folder / PAGE).write_text(card_page(card, folder), "utf-8")
    write_card(card, folder)
    print(f"{folder}: {', '.join(f'{one.name} {one.pictures}' for one in found) or 'no heat maps'}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for place in sys.argv[2:]:
        picture(Path(sys.argv[1]), Path(place))
