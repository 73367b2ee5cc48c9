"""A recipe as a JSON file."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from screener.errors import UnknownName, UsageError
from screener.training.recipes.recipe import TrainRecipe

RECIPE = "recipe.json"
"""What a model folder calls its recipe."""

_FIELDS = tuple(field.name for field in fields(TrainRecipe))


def write_recipe(recipe: TrainRecipe, path: Path) -> None:
    """Write the recipe as JSON, a line a field."""
    path.write_text(json.dumps(asdict(recipe), indent=2) + "\n", "utf-8")


def read_recipe(path: Path) -> TrainRecipe:
    """The recipe that `write_recipe` wrote, or a user's with some of the fields.

    Raises:
        UsageError: it cannot be read, or has a field of another name.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"recipe {path} cannot be read: {error}") from error
    except ValueError as error:
        raise UsageError(f"recipe {path} cannot be read: it is not JSON ({error})") from error
    if not isinstance(values, dict):
        raise UsageError(f'recipe {path} cannot be read: it must be a JSON object, {{"lr": 0.001}}')
    try:
        return recipe_of(values)
    except UsageError as error:
        raise UsageError(f"recipe {path}: {str(error).removeprefix('recipe: ')}") from None


def recipe_of(values: dict[str, Any]) -> TrainRecipe:
    """The recipe with JSON's `values`.

    Raises:
        UnknownName: a field of another name.
        UsageError: a value of another type.
    """
    for name in values:
        if name not in _FIELDS:
            raise UnknownName("recipe field", name, _FIELDS)
    if "stages" in values:
        values = {**values, "stages": _stages(values["stages"])}
    return TrainRecipe(**values)


def _stages(found: object) -> tuple[tuple[int, int], ...]:
    """JSON's list of stages, or Python's."""
    stages = found if isinstance(found, list | tuple) else [None]
    pairs = [tuple(stage) if isinstance(stage, list | tuple) else () for stage in stages]
    if any(len(pair) != 2 or any(type(number) is not int for number in pair) for pair in pairs):
        raise UsageError(
            f"recipe: stages is {json.dumps(found)}; it must be a list of [side, epochs], whole numbers"
        )
    return tuple((side, epochs) for side, epochs in pairs)
