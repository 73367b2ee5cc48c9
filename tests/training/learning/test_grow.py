import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.tree import DecisionTreeClassifier

from builders.films import Trainer, draw_film
from screener.commands.evaluate import EvaluateRequest, evaluate
from screener.commands.scan import scan
from screener.engines.openvino import OpenVinoEngine
from screener.errors import Stopped, UsageError
from screener.models.architectures import build
from screener.models.card import WEIGHTS
from screener.models.network import Deployed
from screener.models.stored import stored_network
from screener.records import InputSpec, ScanRequest
from screener.tasks.load import load_task
from screener.training.export.integers import QuantiseRequest, quantise_folder
from screener.training.learning.grow import plant
from screener.training.request import TrainResult

SPEC = InputSpec(width=8, height=8, colour="rgb", mean=(0.0,) * 3, std=(1.0,) * 3)


@pytest.mark.parametrize("leaves", [2, 9, 256])
def test_a_planted_tree_says_what_scikit_learns_says(leaves: int) -> None:
    random = np.random.default_rng(leaves)
    pixels = random.integers(0, 256, (900, 8, 8, 3), np.uint8)
    labels = (pixels[:, 2, 3, 1] > 90).astype(int) + (pixels[:, 5, 5, 0] > 100) + random.integers(0, 2, 900)
    flat = pixels.transpose(0, 3, 1, 2).reshape(900, -1)
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=0).fit(flat[:600], labels[:600])
    network = build("decision_tree", SPEC, 4).eval()
    plant(network, tree)
    with torch.no_grad():
        logits, features = Deployed(network, SPEC)(torch.from_numpy(pixels))
    assert (features.sum(dim=1) == 1).all()
    places = {node: place for place, node in enumerate(np.flatnonzero(tree.tree_.children_left < 0))}
    assert features.argmax(dim=1).tolist() == [places[node] for node in tree.apply(flat)]
    shares = tree.predict_proba(flat)
    counts = tree.tree_.n_node_samples[tree.apply(flat)][:, None]
    wanted = (shares * counts + 1) / (counts + shares.shape[1])
    np.testing.assert_allclose(torch.softmax(logits, dim=1).numpy(), wanted, rtol=1e-4)


@pytest.fixture(scope="module")
def tree(trainer: Trainer, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    return trainer(tmp_path_factory.mktemp("models") / "tree", model="decision-tree", settings=())


def test_a_tree_ends_in_a_model_folder_like_any_other(tree: TrainResult) -> None:
    result, card = tree, tree.card
    assert (card.architecture, card.input.width, card.outputs) == (
        "decision_tree",
        32,
        ("logits", "features"),
    )
    assert [line.epoch for line in result.history] == [1, 2, 3, 4]
    assert sum(line.kept for line in result.history) >= 1
    assert "only side, crop, balanced" in card.training["notes"][-1]
    assert card.measured("auc") > 0.7
    assert card.metrics["parity_torch_openvino"] < 1e-6
    pixels = np.random.default_rng(2).integers(0, 256, (40, 32, 32, 1), np.uint8)
    engine = OpenVinoEngine(result.out, card, 1)
    seen = engine.infer(pixels)
    engine.close()
    with torch.no_grad():
        logits, features = Deployed(stored_network(result.out, card), card.input)(torch.from_numpy(pixels))
    assert np.array_equal(seen.features, features.numpy())
    np.testing.assert_allclose(seen.logits, logits.numpy(), atol=1e-6)


def test_a_tree_is_grown_alike_again(tree: TrainResult, trainer: Trainer, tmp_path: Path) -> None:
    again = trainer(tmp_path / "again", model="decision_tree", settings=())
    assert (again.out / WEIGHTS).read_bytes() == (tree.out / WEIGHTS).read_bytes()


@pytest.mark.parametrize("fields", [{"teachers": (Path("a"),)}, {"pretrained": Path("a")}, {"int8": True}])
def test_what_a_tree_cannot_take_is_said(fields: dict[str, object], trainer: Trainer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="decision_tree is fitted to the data in one step"):
        trainer(tmp_path / "tree", model="decision_tree", settings=(), **fields)


def test_a_tree_has_no_int8_graph(tree: TrainResult, films: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a decision_tree: it has no graph in eight bits"):
        request = QuantiseRequest(tree.out, films, load_task("pneumonia"), tmp_path)
        quantise_folder(request)


def test_a_tree_that_is_stopped_promises_nothing(
    trainer: Trainer, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("screener.training.run.grow", stopped)
    with pytest.raises(Stopped, match="the same command grows it anew"):
        trainer(tmp_path / "tree", model="decision_tree", settings=("stages=24x1",))
    assert not (tmp_path / "tree").exists()


def test_a_tree_scans_and_is_evaluated_as_any_model(tree: TrainResult, tmp_path: Path) -> None:
    folder = tmp_path / "chest" / "test"
    random = np.random.default_rng(11)
    for number in range(24):
        sick = bool(number % 2)
        place = folder / ("PNEUMONIA" if sick else "NORMAL")
        place.mkdir(parents=True, exist_ok=True)
        name = f"person{700 + number}_virus_1.jpeg" if sick else f"IM-{700 + number:04d}-0001.jpeg"
        Image.fromarray(draw_film(random, sick)).save(place / name, quality=95)
    common = {"model": str(tree.out), "workers": 1, "gate": False}  # drawn films are none to the gate
    request = ScanRequest((str(tmp_path / "chest"),), out=tmp_path / "scan", formats=("jsonl",), **common)
    scanned = scan(request, lambda step: None)
    lines = map(json.loads, (scanned.out / "rows.jsonl").read_text("utf-8").splitlines())
    scores = {row["name"]: row["score"] for row in lines if row.get("score") is not None}
    assert len(scores) == 24
    asked = EvaluateRequest(tmp_path / "chest", out=tmp_path / "out", formats=("json",), **common)
    evaluation = evaluate(asked, lambda step: None).evaluation
    assert {one.name: one.score for one in evaluation.films} == scores
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))
    assert found["scores"]["auc"]["value"] > 0.7
