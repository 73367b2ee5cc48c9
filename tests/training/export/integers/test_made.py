"""A trained model in eight bits: made, measured, and scanned with, each in a program of its own."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence, Sized
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from builders.films import Trainer
from screener.errors import ModelError
from screener.models.card import INT8_GRAPH, read_card, verify
from screener.records import Progress
from screener.reports.html.model_card import PAGE, card_page
from screener.training.export.integers import QuantiseRequest, quantise_apart, quantise_folder
from screener.training.export.quantise import quantise_graph
from screener.training.request import DataOptions, TrainResult


def _screener(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "screener", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_training_makes_and_measures_the_int8_graph(small: TrainResult) -> None:
    card = read_card(small.out)
    verify(card, small.out)
    assert card == small.card
    assert INT8_GRAPH in card.files
    assert card.int8 is not None
    assert [point.name for point in card.int8.operating_points] == ["sensitive", "balanced", "specific"]
    figures = card.int8.metrics
    assert figures["pictures"] == 12
    assert 0 < figures["mean_change"] <= figures["p99_change"] <= figures["max_change"] < 0.5
    page = (small.out / PAGE).read_text("utf-8")
    assert "Run in eight-bit integers" in page
    assert page == card_page(card, small.out)


def test_what_is_being_done_comes_out_of_the_process_apart(own: QuantiseRequest) -> None:
    told: list[Progress] = []
    card = quantise_apart(own, told.append)
    assert card.int8 is not None
    notes = list(dict.fromkeys(step.note for step in told))
    assert notes[:2] == ["Reading films", "Rounding the whole network to eight bits"]
    assert notes[-1] == "Measuring what eight bits change"


@pytest.mark.parametrize("moves", [(0.01, 0.02), (0.02, 0.01)])
def test_ranges_that_move_training_films_less_are_kept(
    moves: tuple[float, float],
    own: QuantiseRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graphs: list[bytes] = []

    def shares(aside: Path, card: object, pictures: Sized, threads: int, precision: str) -> np.ndarray:
        if precision == "int8":
            graphs.append((aside / INT8_GRAPH).read_bytes())
        return np.full((len(pictures), 2), moves[len(graphs) - 1] if precision == "int8" else 0.0)

    monkeypatch.setattr("screener.training.export.eight_bits.runs_int8", lambda folder, card: True)
    monkeypatch.setattr("screener.training.export.eight_bits._shares", shares)
    quantise_folder(own)
    assert len(set(graphs)) == len(graphs) == 2
    assert (own.folder / INT8_GRAPH).read_bytes() == graphs[moves.index(min(moves))]


def test_a_layer_that_alone_moves_films_far_stays_in_full(
    own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _in_eight_bits(own.folder / INT8_GRAPH)
    assert len(before) > 2
    loud = before[1]

    def shares(aside: Path, card: object, pictures: Sized, threads: int, precision: str) -> np.ndarray:
        moves = precision == "int8" and loud in _in_eight_bits(aside / INT8_GRAPH)
        return np.full((len(pictures), 2), 0.1 if moves else 0.0)

    monkeypatch.setattr("screener.training.export.eight_bits.runs_int8", lambda folder, card: True)
    monkeypatch.setattr("screener.training.export.eight_bits._shares", shares)
    steps: list[Progress] = []
    card = quantise_folder(own, steps.append)
    verify(card, own.folder)
    tried = [step for step in steps if step.note.startswith("Trying layers")]
    assert [(step.done, step.total) for step in tried] == [(n, len(tried)) for n in range(1, len(tried) + 1)]
    assert len(tried) >= len(before)
    assert _in_eight_bits(own.folder / INT8_GRAPH) == [name for name in before if name != loud]


def test_where_the_loudest_layers_in_full_are_not_enough_the_next_stay_too(
    own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _in_eight_bits(own.folder / INT8_GRAPH)
    loud, louder_than_most = before[1], before[2]

    def shares(aside: Path, card: object, pictures: Sized, threads: int, precision: str) -> np.ndarray:
        layers = _in_eight_bits(aside / INT8_GRAPH) if precision == "int8" else []
        moves = 0.1 if loud in layers else 0.0
        if louder_than_most in layers:
            moves = max(moves, 0.002 if len(layers) == 1 else 0.06)
        return np.full((len(pictures), 2), moves)

    monkeypatch.setattr("screener.training.export.eight_bits.runs_int8", lambda folder, card: True)
    monkeypatch.setattr("screener.training.export.eight_bits._shares", shares)
    quantise_folder(own)
    kept = [name for name in before if name not in (loud, louder_than_most)]
    assert _in_eight_bits(own.folder / INT8_GRAPH) == kept


def test_where_every_layer_is_loud_none_is_left_out(
    own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime takes an empty list of layers for all of them, the last ones too."""
    before = _in_eight_bits(own.folder / INT8_GRAPH)
    asked: list[int] = []

    def shares(aside: Path, card: object, pictures: Sized, threads: int, precision: str) -> np.ndarray:
        return np.full((len(pictures), 2), float(precision == "int8"))

    def quantise(folded: Path, nodes: Sequence[str], *rest: Any, **options: bool) -> None:
        asked.append(len(nodes))
        quantise_graph(folded, nodes, *rest, **options)

    monkeypatch.setattr("screener.training.export.eight_bits.runs_int8", lambda folder, card: True)
    monkeypatch.setattr("screener.training.export.eight_bits.quantise_graph", quantise)
    monkeypatch.setattr("screener.training.export.eight_bits._shares", shares)
    quantise_folder(own)
    assert sorted(asked)[:-2] == [1] * max(asked)
    assert _in_eight_bits(own.folder / INT8_GRAPH) == before


def test_a_network_without_such_layers_is_told(own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.training.export.eight_bits.fold", lambda network, spec, path: [])
    with pytest.raises(ModelError, match="no layer"):
        quantise_folder(own)


def _in_eight_bits(path: Path) -> list[str]:
    """Names of the layers whose weights were rounded to eight bits."""
    graph = onnx.load(path).graph
    rounded = {node.output[0] for node in graph.node if node.op_type == "DequantizeLinear"}
    return [node.name for node in graph.node if rounded & set(node.input[1:2])]


def test_what_the_training_left_out_is_no_fault_afterwards(
    trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    data = tmp_path / "films"
    shutil.copytree(films, data)
    (data / "train" / "NORMAL" / "IM-0900-0001.jpeg").write_bytes(b"no picture")
    settings = ("stages=48x1", "batch=8", "precision=float32")
    options = DataOptions(skip_unreadable=True)
    made = trainer(tmp_path / "m", data=data, model="cnn3", settings=settings, options=options, int8=True)
    assert made.card.int8 is not None
    assert made.card.training["data"]["left_out"] == 1


def test_a_script_without_a_guarded_main_part_can_quantise(films: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from screener.tasks.load import load_task\n"
        "from screener.training.export.integers import QuantiseRequest, quantise_apart\n"
        f"here, films = Path({str(tmp_path)!r}), Path({str(films)!r})\n"
        "quantise_apart(QuantiseRequest(here, films, load_task('pneumonia'), here / 'cache'))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert "is not a model folder: it has no card.json" in done.stderr.splitlines()[-1]
    assert done.stderr.count("Traceback") == 1


def test_the_int8_graph_is_small_and_tells_nothing_of_the_machine(small: TrainResult, films: Path) -> None:
    data = (small.out / INT8_GRAPH).read_bytes()
    weights = (small.out / "model.safetensors").stat().st_size  # in halves
    assert weights * 0.4 < len(data) < weights * 0.6
    assert str(films.parent).encode() not in data
    assert b"site-packages" not in data
    graph = onnx.load(small.out / INT8_GRAPH)
    assert "QuantizeLinear" in {node.op_type for node in graph.graph.node}
    assert [output.name for output in graph.graph.output] == ["logits", "features"]


def test_a_scan_in_int8_scores_nearly_the_same(small: TrainResult, films: Path, tmp_path: Path) -> None:
    scores = {}
    for precision in ("fp32", "int8"):
        out = tmp_path / precision
        options = (
            "--model",
            small.out,
            "--precision",
            precision,
            "--no-gate",
            "--format",
            "csv",
            "--out",
            out,
        )
        done = _screener("scan", films, *options, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["engine"].endswith(precision)
        with (out / "submission.csv").open() as file:
            scores[precision] = {row["id"]: float(row["label"]) for row in csv.DictReader(file)}
    moved = [abs(scores["fp32"][name] - scores["int8"][name]) for name in scores["fp32"]]
    assert len(moved) == 80
    assert 0 < max(moved) < 0.5
    assert sum(moved) / len(moved) < 0.1


def test_what_screener_did_not_train_is_not_quantised(tmp_path: Path, films: Path) -> None:
    done = _screener("models", "quantise", tmp_path, "--data", films)
    assert done.returncode == 1
    assert "is not a model folder" in done.stderr
