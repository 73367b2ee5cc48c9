import pytest
import torch

from screener.errors import UnknownName, UsageError
from screener.training.device import choose_compute


def test_auto_is_bfloat16_where_the_processor_computes_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for able, precision in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: {"avx512_bf16": able})
        assert choose_compute("cpu", "auto").precision == precision


def test_what_is_asked_for_is_taken() -> None:
    compute = choose_compute("cpu", "float32")
    with compute.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    with choose_compute("cpu", "bfloat16").autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_a_device_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="--device cuda"):
        choose_compute("cuda", "auto")
    with pytest.raises(UnknownName):
        choose_compute("gpu", "auto")
