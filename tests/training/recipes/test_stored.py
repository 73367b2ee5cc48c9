import json
import re
from pathlib import Path

import pytest

from screener.errors import UsageError
from screener.training.recipes.recipe import TrainRecipe
from screener.training.recipes.stored import read_recipe, write_recipe


def test_a_recipe_is_read_back(tmp_path: Path) -> None:
    recipe = TrainRecipe(stages=((64, 2), (96, 3)), lr=0.01, dropout=0.3)
    write_recipe(recipe, tmp_path / "recipe.json")
    assert read_recipe(tmp_path / "recipe.json") == recipe
    assert (recipe.epochs, recipe.side) == (5, 96)
    assert [recipe.side_at(epoch) for epoch in range(5)] == [64, 64, 96, 96, 96]


def test_a_recipe_file_with_a_stray_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps({"learning": 1}))
    with pytest.raises(UsageError, match=r"r.json: unknown recipe field 'learning"):
        read_recipe(tmp_path / "r.json")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"balanced": "false"}, "balanced is 'false'; it must be true or false"),
        ({"class_weights": 1}, "class_weights is 1; it must be true or false"),
        ({"batch": 64.0}, "batch is 64.0; it must be a whole number"),
        ({"accumulate": True}, "accumulate is True; it must be a whole number"),
        ({"lr": None}, "lr is None; it must be a number"),
        ({"lr": "0.1"}, "lr is '0.1'; it must be a number"),
        ({"dropout": "x"}, "dropout is 'x'; it must be a number or null"),
        ({"freeze": 3}, "freeze is 3; it must be a text"),
        ([], "recipe.json cannot be read: it must be a JSON object"),
        (
            {"stages": [[32.7, 1]]},
            "stages is [[32.7, 1]]; it must be a list of [side, epochs], whole numbers",
        ),
        ({"stages": [["32", 1]]}, 'stages is [["32", 1]]; it must be'),
        ({"stages": 32}, "stages is 32; it must be"),
        ({"stages": [32, 1]}, "stages is [32, 1]; it must be"),
        ({"stages": None}, "stages is null; it must be"),
        ({"lr": 1000}, "lr is 1000; it must lie between"),
    ],
)
def test_json_of_another_type_is_refused(values: object, said: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(values))
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"recipe {path}")


def test_whole_numbers_are_numbers_and_null_is_the_networks_own(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text('{"lr": 1, "clip": 5, "dropout": null, "backbone_lr": null}')
    assert (read_recipe(path).lr, read_recipe(path).dropout) == (1, None)
