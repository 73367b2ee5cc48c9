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
        ({"labels": ["whole"]}, "two labels or more"),
        ({"labels": ["broken", "broken"]}, "two labels or more"),
        ({"labels": ["broken", "Broken "]}, "differing by more than capitals"),
        ({"labels": ["broken", " "]}, "a label is blank"),
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


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("labels", 3, "labels is 3; it must be a list of texts"),
        ("labels", "normal", "labels is 'normal'; it must be a list"),
        ("positive", "broken", "positive is 'broken'; it must be a list"),
        ("title", 3, "title is 3; it must be a text"),
        ("aliases", ["a"], "aliases is .* a table"),
        ("name_patterns", ["abc"], "name_patterns is .*regular expression, label"),
        ("name_patterns", [["*bad", "whole"]], r"'\*bad' is not a regular expression: nothing to repeat"),
        ("group_pattern", "(unclosed", r"'\(unclosed' is not a regular expression"),
        ("adult_caution", "yes", "true or false"),
    ],
)
def test_a_field_that_cannot_be_meant_is_named(field: str, value: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        parse_task("hands", {**GOOD, field: value})


def test_a_labels_own_name_needs_no_alias() -> None:
    task = parse_task("hands", {**GOOD, "labels": ["Whole", "broken"], "aliases": {"ok": "Whole"}})
    assert task.aliases == {"whole": "Whole", "broken": "broken", "ok": "Whole"}
