"""The house rules, held by the tools that know them: one test a rule, the tool's own words on a failure."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["-m", "ruff", "check", "."], id="ruff"),
        pytest.param(["-m", "ruff", "format", "--check", "."], id="format"),
        pytest.param(["-m", "mypy"], id="mypy"),
        # The branches for systems that the tests do not run on; what lies beyond them is unreachable there.
        pytest.param(["-m", "mypy", "--platform=win32", "--no-warn-unreachable"], id="mypy-windows"),
        pytest.param(["-m", "mypy", "--platform=darwin", "--no-warn-unreachable"], id="mypy-macos"),
        pytest.param(["-c", LINT_IMPORTS], id="import-layers"),
    ],
)
def test_house_rule(command: list[str]) -> None:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_is_too_large_for_the_repository() -> None:
    large = {path.name: size for path in _tracked() if (size := path.stat().st_size) > 95_000_000}
    assert not large


def test_nothing_unpickles() -> None:
    forbidden = re.compile(r"^\s*(import|from) (pickle|joblib|dill)\b|weights_only\s*=\s*False", re.MULTILINE)
    guilty = [p for p in (ROOT / "screener").rglob("*.py") if forbidden.search(p.read_text("utf-8"))]
    assert not guilty


def test_no_committed_text_names_a_machine() -> None:
    """A path such as a home folder's or a build machine's tells nothing to a reader elsewhere."""
    machine = re.compile(r"(?<![\w.<])/(?:root|work|farm|home/\w+|opt/dev)/")
    suffixes = {".py", ".md", ".toml", ".yml", ".yaml", ".sh", ".json", ".csv", ".spec"}
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in _tracked()
        if path.suffix in suffixes and path != Path(__file__) and machine.search(path.read_text("utf-8"))
    ]
    assert not guilty


def test_the_base_install_has_no_gpl_and_no_torch() -> None:
    base = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=\[; ]", line)[0].lower() for line in base}
    assert "torch" not in names
    assert not names & {"pylibjpeg-libjpeg", "python-gdcm", "gdcm"}
