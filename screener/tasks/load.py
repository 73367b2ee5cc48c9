"""Tasks by name."""

import json
import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from screener.errors import DataError, UnknownName
from screener.records import Task

NAMES = ("pneumonia", "pneumonia-type", "pcam")
"""The tasks that come with the program, the default first."""


@cache
def load_task(name: str) -> Task:
    """The task called `name`.

    Raises:
        UnknownName: no such task.
    """
    if name not in NAMES:
        raise UnknownName("task", name, NAMES)
    text = files("screener.tasks").joinpath(f"{name}.toml").read_text("utf-8")
    return parse_task(name, tomllib.loads(text))


def task_named(name: str) -> Task:
    """The task called `name`, or the user's own in the TOML file of that name.

    Raises:
        UnknownName: no such task.
        DataError: the TOML cannot be read, or is no task.
    """
    return read_task(Path(name)) if name.endswith(".toml") else load_task(name)


def read_task(path: Path, name: str = "") -> Task:
    """A user's own task from a TOML with the fields of `Task`; without a `name`, it is the file's stem.

    Raises:
        DataError: it cannot be read, or a field is missing or unknown.
    """
    try:
        return parse_task(name or path.stem, tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise DataError(f"task file {path} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"task file {path}: {error}") from error


def write_task(task: Task, path: Path) -> None:
    """Write a TOML that `read_task` reads back as `task`."""
    lines = [
        f"{name} = {_toml(getattr(task, name))}"
        for name in Task.__dataclass_fields__
        if name not in ("name", "aliases")
    ]
    aliases = [f"{_toml(alias)} = {_toml(label)}" for alias, label in task.aliases.items()]
    path.write_text("\n".join((*lines, "", "[aliases]", *aliases)) + "\n", "utf-8")


def _toml(value: str | bool | tuple[Any, ...]) -> str:
    """A value of a task's field; strings, true, false and arrays look in TOML as in JSON."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_texts(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(map(_is_text, value))


def _are_pairs(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(_are_texts(pair) and len(pair) == 2 for pair in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


_Check = tuple[Callable[[object], bool], str]
_TEXT: _Check = (_is_text, "a text")
_TEXTS: _Check = (_are_texts, "a list of texts")
_FIELDS: dict[str, _Check] = {
    "title": _TEXT,
    "kind": _TEXT,
    "labels": _TEXTS,
    "positive": _TEXTS,
    "modalities": _TEXTS,
    "aliases": (_is_table, "a table of names and labels"),
    "name_patterns": (_are_pairs, "a list of [regular expression, label]"),
    "group_pattern": _TEXT,
    "adult_caution": (lambda value: isinstance(value, bool), "true or false"),
}
"""What a task's TOML may hold in each field, and how that is said."""


def parse_task(name: str, fields: dict[str, Any]) -> Task:
    """A task from a TOML's fields, checked.

    Raises:
        DataError: a field is missing, unknown, or contradicts another.
    """
    known = set(Task.__dataclass_fields__) - {"name"}
    if extra := sorted(set(fields) - known):
        raise DataError(f"task {name}: unknown field {', '.join(extra)}; known: {', '.join(sorted(known))}")
    if missing := sorted({"title", "kind", "labels", "positive"} - set(fields)):
        raise DataError(f"task {name}: missing field {', '.join(missing)}")
    for field, value in fields.items():
        fits, said = _FIELDS[field]
        if not fits(value):
            raise DataError(f"task {name}: {field} is {value!r}; it must be {said}")
    labels = tuple(fields["labels"])
    task = Task(
        name=name,
        title=fields["title"],
        kind=fields["kind"],
        labels=labels,
        positive=tuple(fields["positive"]),
        modalities=tuple(fields.get("modalities", ())),
        aliases={label.lower(): label for label in labels}
        | {alias.lower(): label for alias, label in fields.get("aliases", {}).items()},
        name_patterns=tuple((p, label) for p, label in fields.get("name_patterns", ())),
        group_pattern=fields.get("group_pattern", ""),
        adult_caution=fields.get("adult_caution", False),
    )
    if task.kind not in ("film", "patch"):
        raise DataError(f"task {name}: kind is '{task.kind}'; it must be film or patch")
    if not all(label.strip() for label in task.labels):
        raise DataError(f"task {name}: a label is blank; name it, or leave it out")
    if len(task.labels) < 2 or len({label.strip().lower() for label in task.labels}) < len(task.labels):
        raise DataError(f"task {name}: there must be two labels or more, differing by more than capitals")
    if not task.positive or not set(task.positive) < set(task.labels):
        raise DataError(f"task {name}: positive must name some of the labels, and not all")
    for pattern in (*(pattern for pattern, _ in task.name_patterns), task.group_pattern):
        try:
            re.compile(pattern)
        except re.error as error:
            raise DataError(f"task {name}: '{pattern}' is not a regular expression: {error}") from error
    named = {*task.aliases.values(), *(label for _, label in task.name_patterns)}
    if stray := sorted(named - set(task.labels)):
        raise DataError(f"task {name}: {', '.join(stray)} is not one of its labels")
    return task
