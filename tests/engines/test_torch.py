"""The GPU engine, tried on the CPU: the same promises as the other one's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from builders.model import tiny_card
from screener.engines.choose import check_device, open_engine
from screener.engines.scores import probabilities
from screener.engines.torch import TorchEngine
from screener.errors import MissingExtra, ModelError, UnknownName
from screener.models.card import ModelCard, write_card

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ModelCard]:
    from safetensors.torch import save_file

    from screener.models.architectures import build

    folder = tmp_path_factory.mktemp("model")
    card = replace(tiny_card(), architecture="resnet18", outputs=("logits", "maps", "features"))
    torch.manual_seed(0)
    save_file(build("resnet18", card.input, 2).state_dict(), folder / "model.safetensors")
    return folder, write_card(card, folder)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (19, 32, 32, 1), dtype=np.uint8)


def test_it_gives_logits_maps_and_features(model: tuple[Path, ModelCard], pictures: np.ndarray) -> None:
    outputs = TorchEngine(*model, "cpu").infer(pictures)
    assert outputs.logits.shape == (19, 2)
    assert outputs.logits.dtype == np.float32
    assert outputs.maps.shape[:2] == (19, 2)
    assert outputs.features.shape == (19, 512)


def test_company_changes_no_bit(model: tuple[Path, ModelCard], pictures: np.ndarray) -> None:
    engine = TorchEngine(*model, "cpu")
    together = engine.infer(pictures)
    for place in (0, 15, 16, 18):
        assert np.array_equal(together.logits[place], engine.infer(pictures[place][None]).logits[0])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_gpu_gives_the_scores_of_the_cpu(model: tuple[Path, ModelCard], pictures: np.ndarray) -> None:
    on_gpu, on_cpu = TorchEngine(*model, "cuda"), TorchEngine(*model, "cpu")
    shares = [probabilities(engine.infer(pictures).logits, 1.0) for engine in (on_gpu, on_cpu)]
    assert np.abs(shares[0] - shares[1]).max() < 1e-3
    assert np.array_equal(on_gpu.infer(pictures[3:4]).logits[0], on_gpu.infer(pictures).logits[3])


def test_weights_of_another_network_are_refused(model: tuple[Path, ModelCard]) -> None:
    folder, card = model
    with pytest.raises(ModelError, match="does not fit resnet34"):
        TorchEngine(folder, replace(card, architecture="resnet34"), "cpu")


def test_a_machine_without_the_gpu_scores_on_the_cpu_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from builders.model import build_model

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    engine, notes = open_engine(tmp_path, build_model(tmp_path), "cuda")
    assert engine.description.startswith("OpenVINO")
    assert notes == ("no CUDA device here: scored on the CPU",)


def test_without_torch_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"--device cuda needs .*\.\[train\]"):
        open_engine(tmp_path, tiny_card(), "cuda")


def test_auto_is_the_cpu_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCREENER_DEVICE", raising=False)
    assert check_device("auto") == "cpu"
    monkeypatch.setenv("SCREENER_DEVICE", "cuda")
    assert check_device("auto") == "cuda"
    assert check_device("cpu") == "cpu"


def test_an_unknown_device_is_named_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownName, match=r"unknown device 'cud'\. Did you mean cuda"):
        check_device("cud")
    monkeypatch.setenv("SCREENER_DEVICE", "tpu")
    with pytest.raises(UnknownName, match="SCREENER_DEVICE"):
        check_device("auto")
