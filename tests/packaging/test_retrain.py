"""The script that trains weights/ again asks for what the cards say was done."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from screener.training.recipes.recipe import TrainRecipe
from screener.training.recipes.stored import read_recipe

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def retrain() -> ModuleType:
    spec = importlib.util.spec_from_file_location("retrain", ROOT / "packaging" / "retrain.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_plan_of_a_model_that_ships_says_what_its_card_says(retrain: ModuleType) -> None:
    plans = retrain.read_plans(ROOT / "packaging" / "models.toml")
    shipped = {path.name for path in (ROOT / "weights").iterdir() if path.is_dir()}
    assert {name for name, plan in plans.items() if plan.get("ships", True)} == shipped

    def called(name: str | None) -> set[str | None]:
        """What a card may call the model of that plan."""
        return {name, plans.get(name, {}).get("formerly", name)}

    for name in sorted(shipped):
        plan = plans[name]
        folder = ROOT / "weights" / name
        card = json.loads((folder / "card.json").read_text("utf-8"))
        assert (card["task"], card["architecture"]) == (plan["task"], plan["model"])
        saved = read_recipe(folder / "recipe.json")
        recipe = TrainRecipe(augmentation=saved.augmentation).with_settings(plan["settings"])
        assert recipe == saved, name
        start = card["training"]["start"]
        assert (start["name"] if isinstance(start, dict) else None) in called(plan.get("start"))
        teachers = [teacher["name"] for teacher in card["training"].get("teachers", ())]
        for said, planned in zip(teachers, plan.get("teachers", ()), strict=True):
            assert said in called(planned)
        assert (card["int8"] is not None) == plan.get("int8", False)


def test_teachers_come_before_those_that_learn_from_them(retrain: ModuleType) -> None:
    plans = list(retrain.read_plans(ROOT / "packaging" / "models.toml").items())
    names = [name for name, _ in plans]
    for place, (name, plan) in enumerate(plans):
        assert set(retrain.needs(plan)) <= set(names[:place]), name


def test_what_a_model_needs_is_trained_too_where_it_is_nowhere(retrain: ModuleType, tmp_path: Path) -> None:
    plans = {
        "first": {"start": "photographs.safetensors"},
        "teacher": {},
        "second": {"start": "first", "teachers": ["teacher"]},
        "third": {"start": "second", "teachers": ["pneumonia-mobilenet_v3_large"]},  # which ships
        "other": {},
    }
    assert retrain.with_needed(["third"], plans, tmp_path) == ["first", "teacher", "second", "third"]
    (tmp_path / "second").mkdir()
    assert retrain.with_needed(["third", "other"], plans, tmp_path) == ["third", "other"]


def test_each_model_that_the_documents_speak_of_has_a_plan(retrain: ModuleType, tmp_path: Path) -> None:
    plans = retrain.read_plans(ROOT / "packaging" / "models.toml")
    told = (ROOT / "docs" / "model-development.md").read_text("utf-8")
    names = re.findall(r"--only\s+([\w-]+)", told)
    assert len(set(names)) > 5
    for name in names:
        assert name in retrain.with_needed([name], plans, tmp_path)


def test_a_training_that_fails_ends_the_script_with_its_exit_code_and_no_more_words(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "packaging" / "retrain.py"), "--only", "resnet34-from-random"]
    places = [f"--{name}={tmp_path / name}" for name in ("data", "starts", "out")]
    done = subprocess.run([*script, *places], capture_output=True, text=True)
    assert done.returncode == 2
    assert "cxr" in done.stderr  # the folder of films that is not there
    assert "Traceback" not in done.stderr


def test_options_name_data_start_split_and_teachers(retrain: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "out" / "teacher").mkdir(parents=True)
    plan = {
        "task": "pneumonia",
        "model": "resnet34",
        "data": "cxr",
        "origin": "kermany-2018",
        "start": "x.safetensors",
        "split": "pneumonia-resnet34",
        "teachers": ["teacher"],
        "settings": ["lr=0.001"],
        "int8": True,
    }
    out = tmp_path / "out"
    found = list(retrain.arguments_of("new", plan, tmp_path / "data", tmp_path / "starts", out))
    pairs = dict(zip(found[:-1:2], found[1:-1:2], strict=True))
    assert pairs["--data"] == str(tmp_path / "data" / "cxr")
    assert pairs["--pretrained"] == str(tmp_path / "starts" / "x.safetensors")
    assert pairs["--split"].endswith("pneumonia-resnet34/split.csv")
    assert pairs["--teacher"] == str(out / "teacher")
    assert pairs["--out"] == str(out / "new")
    assert found[-1] == "--int8"
