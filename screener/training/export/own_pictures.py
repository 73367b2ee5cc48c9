"""The pictures that a model folder was trained and validated on, found again and known to be the same."""

from collections.abc import Callable
from pathlib import Path

from screener.errors import UsageError
from screener.models.card import ModelCard
from screener.records import Task
from screener.training.labelled.example import TRAIN, VALIDATION
from screener.training.labelled.preflight import Prepared, prepare_data
from screener.training.labelled.splits import SPLIT, names_in
from screener.training.recipes.recipe import TrainRecipe
from screener.training.recipes.stored import RECIPE, read_recipe
from screener.training.request import DataOptions


def own_pictures(
    folder: Path,
    card: ModelCard,
    task: Task,
    data: Path,
    cache: Path,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Prepared, TrainRecipe]:
    """The model's training and validation pictures, decoded, and the recipe that it was trained by.

    Args:
        folder: of the model; it must hold the split.csv and recipe.json of its training.
        card: its card.
        task: of the model.
        data: the pictures, as they were given to the training.
        cache: the folder of decoded films.
        report: told (done, total) while films are decoded.

    Raises:
        UsageError: the folder is not of a training, or the data are not those of its split.
        DataError: the data cannot be used.
    """
    for name in (SPLIT, RECIPE):
        if not (folder / name).is_file():
            raise UsageError(f"{folder} has no {name}: only a model that screener trained names its pictures")
    recipe = read_recipe(folder / RECIPE)
    # The training settled what its split may hold, and its card tells of it: nothing is refused again.
    settled = DataOptions(allow_leakage=True, skip_unreadable=True)
    found = prepare_data(data, task, card.input, recipe, folder / SPLIT, cache, report, settled)
    _check_same(found, card, folder)
    return found, recipe


def _check_same(data: Prepared, card: ModelCard, folder: Path) -> None:
    """Refuse pictures that are not those of the model's training, by name and by what they show.

    Raises:
        UsageError: some are missing, or look otherwise than the card's sha256 of all says.
    """
    wanted = names_in(folder / SPLIT, (TRAIN, VALIDATION))
    missing = sorted(wanted - {example.name for example in data.examples})
    if missing:
        raise UsageError(
            f"--data lacks {len(missing):,} of the {len(wanted):,} pictures that {card.name} was trained and "
            f"validated on, or they cannot be read (first: {missing[0]}); name all of them"
        )
    digest = data.digest()
    if card.training.get("data", {}).get("sha256", digest) != digest:
        raise UsageError(
            f"--data has pictures with the names in {folder / SPLIT}, but some have other contents or "
            f"patients than when {card.name} was trained; give the same pictures"
        )
