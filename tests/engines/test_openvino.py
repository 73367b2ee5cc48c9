"""The CPU engine: what it promises of every picture, and what it refuses."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from builders.model import build_model, tiny_card
from screener.engines.openvino import OpenVinoEngine
from screener.errors import ModelAltered, ModelError


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    build_model(folder)
    return folder


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (11, 32, 32, 1), dtype=np.uint8)


def reference(pictures: np.ndarray, folder: Path) -> np.ndarray:
    """The model's logits by ONNX's own reference implementation."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(onnx.load(folder / "model.onnx")).run(["logits"], {"pixels": pictures})[0]


def test_it_computes_what_the_graph_says(model_folder: Path, pictures: np.ndarray) -> None:
    outputs = OpenVinoEngine(model_folder, build_model(model_folder)).infer(pictures)
    assert np.allclose(outputs.logits, reference(pictures, model_folder), atol=1e-4)


def test_maps_average_to_the_logits(model_folder: Path, pictures: np.ndarray) -> None:
    outputs = OpenVinoEngine(model_folder, build_model(model_folder)).infer(pictures)
    assert outputs.maps is not None
    spread = outputs.logits - outputs.maps.mean(axis=(2, 3))
    assert np.allclose(spread, spread[0], atol=1e-4)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_company_order_and_threads_change_no_bit(
    model_folder: Path, pictures: np.ndarray, threads: int
) -> None:
    card = build_model(model_folder)
    alone = [OpenVinoEngine(model_folder, card, 1).infer(picture[None]) for picture in pictures]
    backwards = OpenVinoEngine(model_folder, card, threads).infer(pictures[::-1].copy())
    for one, other in zip(alone, range(len(pictures) - 1, -1, -1), strict=True):
        assert np.array_equal(one.logits[0], backwards.logits[other])
        assert np.array_equal(one.maps[0], backwards.maps[other])
        assert np.array_equal(one.features[0], backwards.features[other])


@pytest.mark.parametrize("name", ["model.onnx", "model.safetensors"])
def test_an_altered_file_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    card = build_model(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[-1] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelAltered, match=name):
        OpenVinoEngine(tmp_path, card)


def test_a_graph_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    from screener.models.card import write_card

    build_model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelError, match=r"model\.onnx cannot be run"):
        OpenVinoEngine(tmp_path, write_card(tiny_card(), tmp_path))


def test_a_graph_with_other_classes_than_the_card_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    card = build_model(tmp_path)
    with pytest.raises(ModelError, match="one logit for each"):
        OpenVinoEngine(tmp_path, replace(card, labels=("a", "b", "c")))


def test_it_neither_calls_home_nor_writes_there(model_folder: Path, tmp_path: Path) -> None:
    program = """
import sys
import socket, urllib.request
def forbidden(*a, **k): raise AssertionError("a socket was opened")
socket.socket.__init__ = forbidden
socket.getaddrinfo = forbidden
from pathlib import Path
import numpy as np
from screener.engines.openvino import OpenVinoEngine
from screener.models.card import read_card
folder = Path(sys.argv[1])
engine = OpenVinoEngine(folder, read_card(folder))
engine.infer(np.zeros((3, 32, 32, 1), np.uint8))
assert sys.modules["openvino_telemetry"] is None
assert not any(name.startswith("openvino.tools") for name in sys.modules)
print(engine.description)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(model_folder)],
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("OpenVINO 20")
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_closed_right_after_work_any_number_of_times(model_folder: Path) -> None:
    program = """
import sys
from pathlib import Path
import numpy as np
from screener.engines.openvino import OpenVinoEngine
from screener.models.card import read_card
folder = Path(sys.argv[1])
card = read_card(folder)
for _ in range(50):
    engine = OpenVinoEngine(folder, card, 2)
    engine.infer(np.zeros((9, 32, 32, 1), np.uint8))
    engine.close()
print("closed")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(model_folder)],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "closed\n"
