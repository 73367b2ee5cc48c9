"""Starting the program: what it imports, and what it says before any work is done."""

import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "torch",
    "torchvision",
    "pydicom",
    "openpyxl",
    "openvino",
    "PIL",
    "sqlite3",
    "rich",
    "pydantic",
}
LIST_MODULES = """
import sys
from screener.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as stop:
    code = stop.code
print("MODULES", *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "screener", *arguments], capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["scan", "--help"],
        ["train", "--help"],
        ["doctor", "--help"],
        ["bench", "--help"],
        ["--version"],
    ],
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    imported = set(done.stderr.split("MODULES ")[1].split())
    assert not imported & HEAVY
    assert "screener" in done.stdout


def test_every_verb_is_listed_with_a_sentence() -> None:
    text = _run("--help").stdout
    for verb in ("scan", "train", "demo", "models", "doctor", "bench"):
        line = next(line for line in text.splitlines() if line.strip().startswith(verb))
        assert len(line.split()) > 3


def test_an_unknown_verb_is_wrong_usage() -> None:
    done = _run("scam")
    assert done.returncode == 2
    assert "scam" in done.stderr
    assert "Traceback" not in done.stderr
