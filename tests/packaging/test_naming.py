"""Names that no system confuses."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_the_two_programs_differ_where_case_does_not_count(
    script: Callable[[str], ModuleType], system: str
) -> None:
    program = script("naming").frozen(Path("screener"), system)
    assert str(program.console).lower() != str(program.window).lower()
    assert program.console.parent == program.window.parent


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "screener-0.1.0-linux-x86_64.tar.gz"),
        ("win32", "AMD64", "screener-0.1.0-windows-x86_64.zip"),
        ("darwin", "arm64", "screener-0.1.0-macos-arm64.tar.gz"),
    ],
)
def test_an_archive_says_what_it_is_for(
    script: Callable[[str], ModuleType], system: str, machine: str, name: str
) -> None:
    assert script("naming").archive_name("0.1.0", system, machine) == name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_guide_calls_the_program_what_it_is_called(
    script: Callable[[str], ModuleType], language: str
) -> None:
    guide = Path(__file__).parents[2] / "screener" / "desktop" / "guide" / f"guide.{language}.html"
    assert f"<b>{script('naming').WINDOW}</b>" in guide.read_text("utf-8")
