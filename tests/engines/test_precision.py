"""Which arithmetic a model is opened in, and what happens where the processor fails at it."""

import dataclasses
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from builders.model import tiny_card
from screener.engines import precision
from screener.engines.precision import NARROWER, choose_precision, runs_int8
from screener.errors import ModelAltered, ModelError, NoPrecision
from screener.models.card import INT8_GRAPH, FileSeal, ModelCard, Quantised, read_card, write_card

GRAPH = b"a graph"
GOOD = {"auc_change": -0.001, "p99_change": 0.02, "stress_auc_change": 0.0, "stress_p99_change": 0.04}


def _card(metrics: dict[str, float]) -> ModelCard:
    card = tiny_card()
    points = tuple(dataclasses.replace(p, threshold=p.threshold + 0.01) for p in card.operating_points)
    files = {INT8_GRAPH: FileSeal(len(GRAPH), hashlib.sha256(GRAPH).hexdigest())}
    return dataclasses.replace(card, int8=Quantised(2.0, points, metrics), files=files)


@pytest.fixture(autouse=True)
def graph(tmp_path: Path) -> Path:
    path = tmp_path / INT8_GRAPH
    path.write_bytes(GRAPH)
    return path


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The instruction sets that were tried; every one is survived."""
    tried: list[str | None] = []
    monkeypatch.setattr(precision, "_survives", lambda folder, card, narrow: not tried.append(narrow))
    monkeypatch.setattr(precision, "has_integer_units", lambda core: True)
    monkeypatch.delenv(NARROWER[0], raising=False)
    return tried


def test_full_precision_tries_nothing(trials: list[str | None], tmp_path: Path) -> None:
    assert choose_precision("fp32", tmp_path, _card(GOOD)) == ("fp32", ())
    assert trials == []


@pytest.mark.parametrize("asked", ["int8", "auto"])
def test_int8_is_tried_before_it_is_used(asked: str, trials: list[str | None], tmp_path: Path) -> None:
    assert choose_precision(asked, tmp_path, _card(GOOD)) == ("int8", ())
    assert trials == [None]
    assert NARROWER[0] not in os.environ


def test_auto_keeps_to_fp32_where_the_card_has_no_int8_or_it_differs(
    trials: list[str | None], tmp_path: Path
) -> None:
    assert choose_precision("auto", tmp_path, tiny_card()) == ("fp32", ())
    for name in GOOD:
        worse = {**GOOD, name: -0.003 if name.endswith("auc_change") else 0.06}
        card = _card(worse)
        assert card.int8 is not None
        assert not card.int8.agrees
        assert choose_precision("auto", tmp_path, card) == ("fp32", ())
    assert trials == []


def test_auto_keeps_to_fp32_where_it_would_not_pay(
    trials: list[str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "has_integer_units", lambda core: False)
    assert choose_precision("auto", tmp_path, _card(GOOD)) == ("fp32", ())


@pytest.mark.parametrize("asked", ["int8", "auto"])
def test_a_graph_that_was_altered_is_not_tried_and_the_processor_not_blamed(
    asked: str, trials: list[str | None], graph: Path
) -> None:
    for alter in (lambda: graph.write_bytes(GRAPH + b"x"), graph.unlink):
        alter()
        with pytest.raises(ModelAltered, match=r"model\.int8\.onnx"):
            choose_precision(asked, graph.parent, _card(GOOD))
    assert trials == []


def test_int8_without_its_graph_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.int8\.onnx.*screener models quantise"):
        choose_precision("int8", tmp_path, tiny_card())


def test_a_processor_that_fails_at_wide_instructions_keeps_to_narrow_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NARROWER[0], "unset below")
    monkeypatch.delenv(NARROWER[0])
    monkeypatch.setattr(precision, "_survives", lambda folder, card, narrow: narrow is not None)
    assert runs_int8(tmp_path, tiny_card())
    assert os.environ[NARROWER[0]] == NARROWER[1]


def test_a_processor_that_fails_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NARROWER[0], raising=False)
    monkeypatch.setattr(precision, "_survives", lambda folder, card, narrow: False)
    monkeypatch.setattr(precision, "has_integer_units", lambda core: True)
    with pytest.raises(NoPrecision, match=r"--precision int8.*use fp32"):
        choose_precision("int8", tmp_path, _card(GOOD))
    chosen, notes = choose_precision("auto", tmp_path, _card(GOOD))
    assert chosen == "fp32"
    assert "scored in fp32" in notes[0]


def test_a_try_that_cannot_be_is_not_survived(tmp_path: Path) -> None:
    """The child really runs: with no graph in the folder it ends badly."""
    assert precision._survives(tmp_path, tiny_card(), None) is False


def test_a_script_without_a_main_guard_may_try(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from builders.model import tiny_card\n"
        "from screener.engines.precision import _survives\n"
        "print('began', flush=True)\n"
        f"print(_survives(Path({str(tmp_path)!r}), tiny_card(), None))\n",
        "utf-8",
    )
    where = os.pathsep.join(sys.path)  # the builders are there
    done = subprocess.run(
        [sys.executable, script], env={**os.environ, "PYTHONPATH": where}, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["began", "False"]


def test_a_card_keeps_its_int8_figures_and_thresholds(tmp_path: Path) -> None:
    card = write_card(_card(GOOD), tmp_path)
    found: Any = read_card(tmp_path)
    assert found == card
    small = found.at("int8")
    assert small.temperature == 2.0
    assert [p.threshold for p in small.operating_points] == [0.31, 0.51, 0.71]
    assert found.at("fp32") is found
