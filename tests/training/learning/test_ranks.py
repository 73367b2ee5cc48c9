"""Several processes train one network as one would."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from builders.ward import environment
from screener.errors import UsageError
from screener.training.learning.ranks import ALONE, Ranks, check_together, this_rank

_RECIPE = ("stages=24x2", "batch=16", "dropout=0", "augmentation=none", "precision=float32", "lr=0.001")


@given(st.integers(2, 200), st.integers(1, 8))
def test_shares_of_a_batch_are_apart_and_make_it_up(size: int, count: int) -> None:
    places = np.arange(size) * 7
    shares = [Ranks(rank, count).share(places) for rank in range(count)]
    if size < 2 * count:
        assert all(np.array_equal(share, places) for share in shares)
        return
    assert sorted(np.concatenate(shares)) == places.tolist()
    assert min(map(len, shares)) >= 2


def test_who_one_is_stands_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert this_rank() == ALONE
    for name, value in (("RANK", "5"), ("WORLD_SIZE", "8"), ("LOCAL_RANK", "1")):
        monkeypatch.setenv(name, value)
    assert this_rank() == Ranks(5, 8, 1)
    assert not this_rank().leads


def test_alone_nothing_is_averaged_drawn_or_told_otherwise() -> None:
    layer = torch.nn.Linear(2, 1)
    layer(torch.ones(1, 2)).sum().backward()
    before = layer.weight.grad.clone()
    assert ALONE.mean(layer, (0.25, 0.5), 3) == (0.25, 0.5)
    assert torch.equal(layer.weight.grad, before)
    assert (ALONE.seed(17), ALONE.told(lambda: 3)) == (17, 3)


def test_a_batch_too_small_for_all_is_refused() -> None:
    with pytest.raises(UsageError, match="4 processes need a batch of at least 8"):
        check_together(Ranks(0, 4), 0, 7)


def _train(out: Path, films: Path, processes: int) -> subprocess.CompletedProcess[str]:
    launch = [sys.executable, "-m"]
    if processes > 1:
        launch += ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    settings = [word for setting in _RECIPE for word in ("--set", setting)]
    command = [*launch, "screener", "train", "--data", films, "--model", "cnn3", "--out", out, *settings]
    command += ["--cache", out.parent / "cache", "--device", "cpu", "--threads", "1"]
    there = environment(OMP_NUM_THREADS="1")
    return subprocess.run(list(map(str, command)), env=there, capture_output=True, text=True, timeout=500)


@pytest.mark.slow
def test_two_processes_come_to_what_one_comes_to(films: Path, tmp_path: Path) -> None:
    one, two = (_train(tmp_path / name, films, count) for name, count in (("one", 1), ("two", 2)))
    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    # The first alone speaks, writes and exports.
    assert two.stdout.count("Model   ") == 1
    assert two.stderr.count("learning rate") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "one", "two"]
    histories = []
    for name in ("one", "two"):
        with (tmp_path / name / "history.csv").open() as file:
            histories.append(list(csv.DictReader(file)))
    for mine, theirs in zip(*histories, strict=True):
        for figure in ("loss", "accuracy", "validation_loss", "stress_auc"):
            assert float(theirs[figure]) == pytest.approx(float(mine[figure]), rel=1e-3)
    weights = [load_file(tmp_path / name / "model.safetensors") for name in ("one", "two")]
    for name, tensor in weights[0].items():
        torch.testing.assert_close(weights[1][name].float(), tensor.float(), rtol=2e-2, atol=2e-3)
    recipes = [json.loads((tmp_path / name / "recipe.json").read_text()) for name in ("one", "two")]
    assert recipes[0] == recipes[1]
