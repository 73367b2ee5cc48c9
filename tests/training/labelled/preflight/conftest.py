"""Films in a table, and the look at them."""

from dataclasses import replace
from pathlib import Path

import pytest

from builders.pictures import png
from builders.preflight import Look, picture, write
from screener.errors import DataError
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.labelled.findings import Preflight
from screener.training.labelled.preflight import Prepared, prepare_data
from screener.training.recipes.recipe import TrainRecipe
from screener.training.request import DataOptions

TASK = load_task("pneumonia")
SPEC = InputSpec(width=24, height=24)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A CSV of 32 films of 16 patients, half of them sick, without a split."""
    rows = []
    for number in range(32):
        (tmp_path / f"{number:02}.png").write_bytes(png(picture(number)))
        rows.append((f"{number:02}.png", str(number // 2 % 2), f"p{number // 2}", ""))
    return write(tmp_path / "labels.csv", rows)


@pytest.fixture
def look(data: Path, tmp_path: Path) -> Look:
    """Prepare the data; what came of it, or the message that stopped it, and what was found."""

    def run(split: Path | None = None, **options: bool) -> tuple[Prepared | str, Preflight]:
        seen: list[Preflight] = []
        recipe = replace(TrainRecipe(), validation=0.25)
        try:
            prepared: Prepared | str = prepare_data(
                data,
                TASK,
                SPEC,
                recipe,
                split,
                tmp_path / "cache",
                lambda done, total: None,
                DataOptions(**options),
                seen.append,
            )
        except DataError as error:
            prepared = str(error)
        return prepared, seen[-1]

    return run
