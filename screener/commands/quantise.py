"""`screener models quantise`: a trained model's graph in eight-bit integers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from screener.commands.extras import need_training

if TYPE_CHECKING:
    from collections.abc import Callable

    from screener.models.card import ModelCard
    from screener.records import Progress


def quantise(
    folder: Path,
    data: Path,
    task: str,
    cache: Path | None,
    threads: int,
    progress: Callable[[Progress], None],
) -> ModelCard:
    """The card of the model in `folder`, which has model.int8.onnx now.

    Args:
        folder: a model folder that `screener train` wrote.
        data: the films that it was trained and validated on.
        task: the path of a task TOML; "" for the program's own task that the card names.
        cache: folder for decoded films; None for the user's own.
        threads: of the CPU; 0 for all.
        progress: called now and then.

    Raises:
        MissingExtra: a part of the extra `train` is not installed.
        UsageError: the folder is not of a training, or the data are not those of its split.
        ModelError: it is no model folder, or this processor cannot run int8 graphs.
        DataError: the data cannot be used.
    """
    need_training("quantising a model")
    from screener.models.card import read_card
    from screener.models.catalogue import task_for
    from screener.tasks.load import read_task
    from screener.training.export.integers import QuantiseRequest, quantise_folder
    from screener.training.labelled.cache import default_folder

    read_card(folder)  # whatever else it may be called, it must be a model folder
    known = read_task(Path(task)) if task else task_for("", str(folder))
    request = QuantiseRequest(folder, data, known, cache or default_folder(), threads)
    return quantise_folder(request, progress)
