import dataclasses

import pytest

from screener.errors import UsageError
from screener.training.recipes.choices import NAMED, RANGES
from screener.training.recipes.fields import recipe_fields
from screener.training.recipes.recipe import TrainRecipe

NAMES = [field.name for field in dataclasses.fields(TrainRecipe)]


def test_every_field_is_listed_and_explained() -> None:
    found = recipe_fields()
    assert [field.name for field in found] == NAMES
    assert not [field.name for field in found if not (field.words or field.name in NAMED)]
    assert not [field.words for field in found if field.words.startswith("of `") or "\n" in field.words]


def test_what_is_listed_as_a_default_may_be_typed() -> None:
    settings = [f"{field.name}={field.default}" for field in recipe_fields()]
    assert TrainRecipe().with_settings(settings) == TrainRecipe()


@pytest.mark.parametrize("name", RANGES)
def test_the_listed_range_is_the_one_that_is_held(name: str) -> None:
    listed = next(field.allowed for field in recipe_fields() if field.name == name)
    low, high = listed.split(" to ")
    assert (float(low), float(high)) == RANGES[name]
    with pytest.raises(UsageError, match=name):
        TrainRecipe().with_settings((f"{name}={round(RANGES[name][1]) * 10 + 10}",))
