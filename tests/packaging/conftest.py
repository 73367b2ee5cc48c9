"""The scripts of packaging/ import each other by name; so do their tests, leaving nothing behind."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script() -> Iterator[Callable[[str], ModuleType]]:
    """A function that imports a script of packaging/."""
    folder = str(ROOT / "packaging")
    known = set(sys.modules)
    sys.path.insert(0, folder)
    yield importlib.import_module
    sys.path.remove(folder)
    for name in set(sys.modules) - known:
        if (Path(folder) / f"{name}.py").exists():
            del sys.modules[name]
