import sys

import pytest
import torch

from screener.errors import UnknownName, UsageError
from screener.training.learning import device
from screener.training.learning.bfloat16 import Trial, judge, try_bfloat16
from screener.training.learning.device import choose_compute, is_out_of_memory


@pytest.mark.parametrize(
    ("trial", "precision"),
    [
        (Trial(True, True, "twice as fast"), "bfloat16"),
        (Trial(True, False, "no faster"), "float32"),
        (Trial(False, False, "failed"), "float32"),
    ],
)
def test_auto_is_bfloat16_where_a_try_says_that_it_pays(
    trial: Trial, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "try_bfloat16", lambda threads: trial)
    compute = choose_compute("cpu", "auto")
    assert (compute.precision, compute.reason) == (precision, trial.reason)
    assert compute.described()["precision"] == precision


def test_a_training_gone_on_with_keeps_its_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "try_bfloat16", lambda threads: Trial(True, True, ""))
    assert choose_compute("cpu", "auto", "float32").precision == "float32"


@pytest.mark.parametrize("precision", ["auto", "bfloat16"])
def test_a_training_gone_on_with_elsewhere_is_tried_too(
    precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "try_bfloat16", lambda threads: Trial(False, False, "a try failed"))
    with pytest.raises(UsageError, match=r"was in bfloat16: a try failed; .* --set precision=float32"):
        choose_compute("cpu", precision, "bfloat16")
    assert choose_compute("cpu", "float32", "bfloat16").precision == "float32"


@pytest.mark.parametrize(
    ("code", "runs", "pays", "reason"),
    [
        ("print('[0.3, 0.1]')", True, True, "3.0 times as fast"),
        ("print('[0.1, 0.1]')", True, False, "1.0 times as fast"),
        ("import os; os.abort()", False, False, "failed"),
        ("import time; time.sleep(60)", False, False, "did not end"),
    ],
)
def test_a_try_that_crashes_or_hangs_is_a_no(code: str, runs: bool, pays: bool, reason: str) -> None:
    trial = judge([sys.executable, "-S", "-c", code], seconds=2.0)
    assert (trial.runs, trial.pays) == (runs, pays)
    assert reason in trial.reason


def test_the_try_of_this_machine_ends_in_a_verdict() -> None:
    trial = try_bfloat16(1)
    assert trial.reason
    assert trial.runs or not trial.pays


def test_what_is_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    compute = choose_compute("cpu", "float32")
    with compute.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    monkeypatch.setattr(device, "try_bfloat16", lambda threads: Trial(True, False, ""))
    assert torch.is_autocast_enabled("cpu") is False
    with choose_compute("cpu", "bfloat16").autocast():
        assert torch.is_autocast_enabled("cpu")
        assert torch.get_autocast_dtype("cpu") == torch.bfloat16
    monkeypatch.setattr(device, "try_bfloat16", lambda threads: Trial(False, False, "it failed"))
    with pytest.raises(UsageError, match="precision=bfloat16: it failed"):
        choose_compute("cpu", "bfloat16")


def test_a_device_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="--device cuda"):
        choose_compute("cuda", "auto")
    with pytest.raises(UnknownName):
        choose_compute("gpu", "auto")


def test_float16_is_for_nvidias_gpus() -> None:
    with pytest.raises(UsageError, match="precision=float16: that is for NVIDIA's GPUs, not cpu"):
        choose_compute("cpu", "float16")


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("CUDA out of memory. Tried to allocate 20.00 MiB.", True),
        ("MPS backend out of memory", True),
        ("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory", True),
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", True),
        ("mat1 and mat2 shapes cannot be multiplied", False),
    ],
)
def test_full_memory_is_known_by_what_every_library_says_of_it(said: str, full: bool) -> None:
    assert is_out_of_memory(RuntimeError(said)) is full
