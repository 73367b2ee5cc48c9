"""Tasks: those that ship, and a user's own."""

import re
from pathlib import Path

import pytest

from screener.errors import DataError, UnknownName
from screener.tasks.load import NAMES, load_task, parse_task, read_task

GOOD = {"title": "Hands: fracture", "kind": "film", "labels": ["whole", "broken"], "positive": ["broken"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_task_that_ships_is_valid(name: str) -> None:
    task = load_task(name)
    assert task.name == name
    assert set(task.positive) < set(task.labels)
    assert set(task.aliases.values()) == set(task.labels)
    re.compile(task.group_pattern)


@pytest.mark.parametrize(
    ("stem", "patient"),
    [
        ("IM-0115-0001", "IM-0115"),
        ("NORMAL2-IM-0440-0001-0002", "NORMAL2-IM-0440"),
        ("person12_bacteria_46", "person12_bacteria"),
        ("person12_virus_46", "person12_virus"),
    ],
)
def test_the_chest_tasks_tell_patients_apart(stem: str, patient: str) -> None:
    found = re.match(load_task("pneumonia").group_pattern, stem)
    assert found is not None
    assert next(filter(None, found.groups())) == patient


def test_an_unknown_task_gives_the_near_match() -> None:
    with pytest.raises(UnknownName, match="Did you mean pneumonia"):
        load_task("pneumona")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "video"}, "kind is 'video'"),
        ({"labels": ["whole"]}, "two or more"),
        ({"labels": ["broken", "broken"]}, "all different"),
        ({"positive": ["cracked"]}, "some of the labels"),
        ({"positive": ["whole", "broken"]}, "not all"),
        ({"aliases": {"x": "cracked"}}, "cracked is not one"),
        ({"colour": "grey"}, "unknown field colour"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_task("hands", GOOD | change)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(DataError, match="missing field labels"):
        parse_task("hands", {k: v for k, v in GOOD.items() if k != "labels"})


def test_a_users_own_task_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "hands.toml"
    path.write_text(
        'title = "Hands: fracture"\nkind = "film"\nlabels = ["whole", "broken"]\npositive = ["broken"]\n'
    )
    assert read_task(path).name == "hands"
    path.write_text("title = ")
    with pytest.raises(DataError, match=r"hands\.toml"):
        read_task(path)
