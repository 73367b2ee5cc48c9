"""A TOML table that is read field by field, each check naming where it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from screener.errors import UnknownName, UsageError

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Fields:
    """One table; what was not asked for when it is finished is an error.

    Attributes:
        where: study and trial, for messages.
    """

    def __init__(self, where: str, found: Mapping[str, Any]) -> None:
        self.where = where
        self._found = found
        self._asked: set[str] = set()

    def finish(self) -> None:
        """Check that no field is left over.

        Raises:
            UsageError: one is.
        """
        if extra := sorted(set(self._found) - self._asked):
            raise UsageError(
                f"{self.where}: unknown field {', '.join(extra)}; known: {', '.join(sorted(self._asked))}"
            )

    def text(self, name: str, usual: str | None = None) -> str:
        """A text."""
        return str(self._take(name, (str,), "a text", usual))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not there."""
        return tuple(self._list(name, str, "a list of texts", ()))

    def one_of(self, name: str, known: Sequence[str], usual: str | None = None) -> str:
        """A text out of a list."""
        value = self.text(name, usual)
        if value not in known:
            raise UnknownName(f"{name} in {self.where}", value, known)
        return value

    def file_name(self, name: str) -> str:
        """A text that is safe as a file's name anywhere."""
        value = self.text(name)
        if not _FILE_NAME.fullmatch(value):
            raise UsageError(
                f"{self.where}: {name} '{value}' must be letters, digits, '.', '_' or '-', to name a file"
            )
        return value

    def number(self, name: str, usual: int, least: int = 0) -> int:
        """A whole number, `least` or more."""
        value = self._take(name, (int,), "a whole number", usual)
        if value < least:
            raise UsageError(f"{self.where}: {name} is {value}; it must be {least} or more")
        return int(value)

    def numbers(self, name: str, usual: tuple[int, ...]) -> tuple[int, ...]:
        """A list of whole numbers, at least one, none negative, none twice."""
        found = tuple(self._list(name, int, "a list of whole numbers", usual))
        if not found or min(found) < 0:
            raise UsageError(f"{self.where}: {name} must hold one number or more, none below 0")
        if twice := [number for number in found if found.count(number) > 1]:
            raise UsageError(f"{self.where}: {name} holds {twice[0]} twice; give each once")
        return found

    def figure(self, name: str, usual: float) -> float:
        """A finite number."""
        value = float(self._take(name, (int, float), "a number", usual))
        if not math.isfinite(value):
            raise UsageError(f"{self.where}: {name} is {value}; leave it out where it is not known")
        return value

    def truth(self, name: str, usual: bool) -> bool:
        """True or false."""
        value = self._found.get(name, usual)
        self._asked.add(name)
        if not isinstance(value, bool):
            raise UsageError(f"{self.where}: {name} must be true or false")
        return value

    def table(self, name: str) -> dict[str, Any]:
        """A table; empty where it is not there."""
        return dict(self._take(name, (dict,), "a table", {}))

    def tables(self, name: str, *, needed: bool = True) -> list[dict[str, Any]]:
        """A list of tables, at least one where they are needed."""
        found = self._list(name, dict, f"tables, [[{name}]]", ())
        if needed and not found:
            raise UsageError(f"{self.where}: there is no [[{name}]]")
        return list(found)

    def settings(self, name: str) -> tuple[str, ...]:
        """A table of recipe fields, as `NAME=VALUE`."""
        return settings_of(self.table(name))

    def _list(self, name: str, kind: type, what: str, usual: Sequence[Any]) -> Sequence[Any]:
        found = self._take(name, (list, tuple), what, usual)
        if any(not isinstance(value, kind) or isinstance(value, bool) for value in found):
            raise UsageError(f"{self.where}: {name} must be {what}")
        return list(found)

    def _take(self, name: str, kinds: tuple[type, ...], what: str, usual: Any) -> Any:
        self._asked.add(name)
        value = self._found.get(name, usual)
        if value is None:
            raise UsageError(f"{self.where}: missing field {name}")
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise UsageError(f"{self.where}: {name} must be {what}")
        return value


def settings_of(recipe: Mapping[str, Any]) -> tuple[str, ...]:
    """A recipe's fields as `--set` takes them."""
    return tuple(f"{name}={said(value)}" for name, value in recipe.items())


def said(value: object) -> str:
    """A TOML value as `--set` takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
