"""An epoch that is broken off: what is kept of it, and that it goes on as if nothing had been."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest
import torch

from builders.training import small_course, small_network
from screener.errors import DataError
from screener.training.learning import loop, partway
from screener.training.learning.checkpoint import checkpoints_in
from screener.training.learning.diverged import Diverged
from screener.training.learning.loop import Fitted, fit
from screener.training.learning.partway import draw_on, draws_of, held_back
from screener.training.learning.state import State
from screener.training.progress import EpochResult, TrainProgress

MIXING = {"mixup": 0.3, "augmentation": "film", "balanced": False}


def _fit(folder: Path, report: Callable[[TrainProgress], None] = lambda seen: None) -> Fitted:
    torch.manual_seed(5)  # what another process would begin with
    return fit(small_network(dropout=0.2), small_course(**MIXING), folder, report)


def assert_same(mine: Fitted, theirs: Fitted) -> None:
    ours, wanted = mine.network.state_dict(), theirs.network.state_dict()
    assert all(torch.equal(ours[name], wanted[name]) for name in wanted)
    for one, other in zip(mine.history, theirs.history, strict=True):
        assert (one.loss, one.accuracy, one.learning_rate) == (
            other.loss,
            other.accuracy,
            other.learning_rate,
        )


def _steps(seen: list[TrainProgress]) -> list[tuple[int, int]]:
    return [(one.epoch, one.step) for one in seen if one.note == "training" and one.step]


def test_ctrl_c_ends_it_after_the_step_and_it_goes_on_at_the_next(tmp_path: Path) -> None:
    def press(seen: TrainProgress) -> None:
        if (seen.epoch, seen.step) == (2, 2):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path / "broken", press)
    assert checkpoints_in(tmp_path / "broken")[0].name == "epoch-0001-step-0000002"
    seen: list[TrainProgress] = []
    gone_on = _fit(tmp_path / "broken", seen.append)
    assert _steps(seen)[0] == (2, 3)
    assert_same(gone_on, _fit(tmp_path / "whole"))


def test_ctrl_c_within_a_step_waits_for_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = loop.take_step, [0]

    def press_within(*given: object) -> object:
        calls[0] += 1
        if calls[0] == 3:
            signal.raise_signal(signal.SIGINT)
        return real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(loop, "take_step", press_within)
        _fit(tmp_path / "broken")
    assert checkpoints_in(tmp_path / "broken")[0].name == "epoch-0000-step-0000003"
    assert_same(_fit(tmp_path / "broken"), _fit(tmp_path / "whole"))


def test_a_crash_loses_no_more_than_the_steps_since_it_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(seen: TrainProgress) -> None:
        if (seen.epoch, seen.step) == (2, 3):
            raise RuntimeError("power cut")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="power cut"):
        patched.setattr(loop, "_EVERY", 0.0)
        _fit(tmp_path / "broken", die)
    kept = [path.name for path in checkpoints_in(tmp_path / "broken")]
    assert kept == ["epoch-0001-step-0000002", "epoch-0001"]
    seen: list[TrainProgress] = []
    gone_on = _fit(tmp_path / "broken", seen.append)
    assert _steps(seen)[0] == (2, 3)
    assert_same(gone_on, _fit(tmp_path / "whole"))


def test_stopped_after_its_last_step_an_epoch_is_judged_when_it_goes_on(tmp_path: Path) -> None:
    last = small_course(**MIXING).steps

    def stop(seen: TrainProgress) -> None:
        if (seen.epoch, seen.step) == (1, last):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path / "broken", stop)
    seen: list[TrainProgress] = []
    gone_on = _fit(tmp_path / "broken", seen.append)
    assert _steps(seen)[0] == (2, 1)
    assert_same(gone_on, _fit(tmp_path / "whole"))


def test_weights_that_led_to_no_number_are_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = loop.take_step, [0]

    def diverge(*given: object) -> object:
        calls[0] += 1
        if calls[0] == small_course(**MIXING).steps + 3:
            raise Diverged(1)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "take_step", diverge)
    monkeypatch.setattr(loop, "_EVERY", 0.0)
    with pytest.raises(DataError, match=r"epoch 2; lower.*Epoch 1 is kept: with --resume.*again, remove"):
        _fit(tmp_path)
    assert [path.name for path in checkpoints_in(tmp_path)] == ["epoch-0001"]


@pytest.mark.parametrize("what", ["a weight", "a figure"])
def test_what_is_no_number_is_not_kept(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_step, real_judge = loop.take_step, loop.judged

    def spoil(state: State, *given: object) -> object:
        taken = real_step(state, *given)  # type: ignore[arg-type]
        with torch.no_grad():
            state.network.head.weight[0, 0] = float("inf")
        return taken

    def shrug(*given: object, **named: object) -> EpochResult:
        return replace(real_judge(*given, **named), validation_loss=float("nan"))  # type: ignore[arg-type]

    if what == "a weight":
        monkeypatch.setattr(loop, "take_step", spoil)
        monkeypatch.setattr(loop, "_EVERY", 0.0)
    else:
        monkeypatch.setattr(loop, "judged", shrug)
    with pytest.raises(DataError, match=r"in epoch 1; lower the recipe's lr \(--set lr=...\)$"):
        _fit(tmp_path / "checkpoints")
    assert not (tmp_path / "checkpoints").exists()


@pytest.fixture
def pressed() -> Iterator[list[int]]:
    """How often Ctrl-C reached whoever handled it before."""
    came: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGINT, handle)
    yield came
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_is_held_back_and_given_back(pressed: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with held_back() as asked:
        assert not asked()
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert asked()
        assert pressed == []
        monkeypatch.setattr(partway, "_PATIENCE", -1.0)  # a step hangs, and time has passed
        signal.raise_signal(signal.SIGINT)
        assert pressed == [signal.SIGINT]
    signal.raise_signal(signal.SIGINT)
    assert len(pressed) == 2


def test_where_ctrl_c_is_ignored_it_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back() as asked:
            signal.raise_signal(signal.SIGINT)
            assert not asked()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_generators_go_on_where_they_were() -> None:
    generator, device = torch.Generator().manual_seed(3), torch.device("cpu")
    torch.rand(7, generator=generator)
    draws = draws_of(generator, device)
    wanted = torch.rand(4), torch.rand(4, generator=generator)
    fresh = torch.Generator()
    draw_on(draws, fresh, device)
    assert torch.equal(torch.rand(4), wanted[0])
    assert torch.equal(torch.rand(4, generator=fresh), wanted[1])
