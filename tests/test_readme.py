"""The README keeps its word: its commands exist, its links lead somewhere, CI runs its test command."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from screener.training.labelled.cache import default_folder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    shlex.split(line, comments=True)
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith("screener ")
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_and_option_exists(command: list[str]) -> None:
    verbs = [word for word in command[1:3] if re.fullmatch(r"[a-z]+", word)]
    while verbs:
        done = subprocess.run(
            [sys.executable, "-m", "screener", *verbs, "--help"], capture_output=True, text=True, timeout=60
        )
        if done.returncode == 0 and f"screener {' '.join(verbs)} " in done.stdout:
            break
        verbs.pop()
    assert verbs, f"screener has no verb {command[1]}"
    for word in command:
        if word.startswith("--"):
            assert re.search(rf"{word}\b", done.stdout), f"screener {' '.join(verbs)} has no {word}"


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("verb", [["train"], ["study", "run"], ["models", "quantise"]], ids=" ".join)
def test_where_decoded_films_stay_is_said(verb: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    place = default_folder().as_posix().replace(Path.home().as_posix(), "~")
    done = subprocess.run(
        [sys.executable, "-m", "screener", *verb, "--help"], capture_output=True, text=True, timeout=60
    )
    assert f"until you delete them. Default: {place}." in " ".join(done.stdout.split())
    assert f"Decoded films stay in `{place}`" in README


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_named_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = re.findall(r"!?\[[^\]]*\]\(([^)#]+)\)", text)
    named += re.findall(r"`((?:docs|tests|packaging|screener)/[\w./-]+)`", text)
    missing = [n for n in named if "://" not in n and not (ROOT / n).exists()]
    assert not missing


@pytest.mark.parametrize("name", sorted(p.parent.name for p in (ROOT / "weights").glob("*/card.json")))
def test_the_table_of_models_says_what_their_cards_say(name: str) -> None:
    metrics = json.loads((ROOT / "weights" / name / "card.json").read_text("utf-8"))["metrics"]
    (line,) = (line for line in README.splitlines() if line.startswith(f"| `{name}` |"))
    *_, plain, stressed, _ = line.split("|")
    for cell, side in ((plain, ""), (stressed, "stress_")):
        auc, accuracy = (metrics[f"{side}{figure}"] for figure in ("auc", "accuracy"))
        assert f"{auc['value']:.3f} ({auc['low']:.3f} to {auc['high']:.3f})" in cell
        said = cell.split()[-1]
        assert said == f"{accuracy['value']:.{len(said) - 2}f}"


def test_ci_runs_the_readmes_own_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    extract = re.search(r"command=\$\((.*)\)\n", script)
    assert extract
    command = subprocess.run(
        ["bash", "-c", extract[1]], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    assert command in README
    assert command.endswith("pytest")
    assert command in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
