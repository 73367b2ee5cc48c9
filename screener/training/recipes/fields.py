"""Every field of a recipe in words, out of the docstring that explains it. Standard library only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from screener.training.recipes.choices import NAMED, RANGES
from screener.training.recipes.recipe import TrainRecipe

_A_LIST = re.compile(r"^of `[A-Z_]+`[.:;] ?")


@dataclass(frozen=True, slots=True)
class RecipeField:
    """One field.

    Attributes:
        name: as `--set` takes it.
        default: as `--set` would write it.
        allowed: the names or numbers that it may hold; "" where its explanation says so.
        words: what it does.
    """

    name: str
    default: str
    allowed: str
    words: str


def recipe_fields() -> tuple[RecipeField, ...]:
    """All fields of `TrainRecipe`, in its order, with its defaults; a task may have others."""
    words = explanations(TrainRecipe.__doc__ or "")
    return tuple(
        RecipeField(field.name, typed(field.default), _allowed(field.name), words.get(field.name, ""))
        for field in fields(TrainRecipe)
    )


def explanations(docstring: str) -> Mapping[str, str]:
    """From the name of each entry under `Attributes:` to its text on one line, without "of `A_LIST`"."""
    section = docstring.partition("Attributes:")[2]
    entries = re.findall(r"^ {8}(\w+): (.*(?:\n {12}.*)*)", section, re.MULTILINE)
    return {name: _A_LIST.sub("", " ".join(text.split())) for name, text in entries}


def typed(value: object) -> str:
    """A field's value as `--set` would write it."""
    if isinstance(value, tuple):
        return ",".join(f"{side}x{epochs}" for side, epochs in value)
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _allowed(name: str) -> str:
    if name in NAMED:
        return ", ".join(NAMED[name])
    if name in RANGES:
        low, high = RANGES[name]
        return f"{low:.10g} to {high:.10g}"
    return ""
