import copy
import math

import numpy as np
import pytest
import torch

from builders.training import SPEC, small_course, small_network
from screener.errors import DataError, UsageError
from screener.models.network import Network, Normalise
from screener.training.labelled.batches import Labelled
from screener.training.learning import step
from screener.training.learning.losses import class_weights
from screener.training.learning.predict import logits_of
from screener.training.learning.state import Course, State, fresh
from screener.training.learning.step import Taken, take_step

LEVELS = torch.rand(7, 1, 16, 16, generator=torch.Generator().manual_seed(2)) * 255
LABELS = torch.tensor([0, 1, 1, 0, 1, 1, 1])
WEIGHTS = class_weights(torch.tensor([2.0, 5.0]))


def _step(course: Course, network: Network, targets: torch.Tensor = LABELS) -> tuple[Taken, State]:
    state = fresh(network, course)
    taken = take_step(state, course, Normalise(SPEC), LEVELS, targets, WEIGHTS)
    return taken, state


@pytest.mark.parametrize("targets", [LABELS, torch.rand(7, 2, generator=torch.Generator().manual_seed(4))])
@pytest.mark.parametrize("loss", ["cross-entropy", "focal"])
def test_a_step_in_parts_is_the_undivided_step(loss: str, targets: torch.Tensor) -> None:
    wanted, whole = _step(small_course(loss=loss, l1=1e-3), small_network(norm=False), targets)
    course = small_course(loss=loss, l1=1e-3, accumulate=3)
    found, parts = _step(course, small_network(norm=False), targets)
    assert found.loss == pytest.approx(wanted.loss, rel=1e-6)
    assert found.accuracy == pytest.approx(wanted.accuracy)
    for mine, theirs in zip(parts.network.parameters(), whole.network.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "targets",
    [LABELS, torch.tensor([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.8, 0.2], [0, 1], [0, 1], [0, 1]])],
)
def test_accuracy_is_that_of_the_weights_before_the_step(targets: torch.Tensor) -> None:
    network = small_network(norm=False)
    with torch.no_grad():
        called = copy.deepcopy(network).eval()(Normalise(SPEC)(LEVELS)).argmax(dim=1)
    taken, _ = _step(small_course(), network, targets)
    assert taken.accuracy == pytest.approx((called == LABELS).float().mean().item())


def test_l1_pulls_weights_and_spares_vectors() -> None:
    network = small_network()
    before = copy.deepcopy(network.state_dict())
    _, plain = _step(small_course(clip=0.0), small_network())
    _, pulled = _step(small_course(clip=0.0, l1=0.1), network)
    for (name, mine), theirs in zip(
        pulled.network.named_parameters(), plain.network.parameters(), strict=True
    ):
        expected = 0.1 * before[name].sign() if mine.ndim > 1 else torch.zeros_like(mine)
        torch.testing.assert_close(mine.grad - theirs.grad, expected, rtol=1e-4, atol=1e-6)


def test_a_loss_that_is_no_number_leaves_the_weights_alone() -> None:
    network = small_network()
    before = copy.deepcopy(network.state_dict())
    with pytest.raises(DataError, match="no longer a number in epoch 1; lower the recipe's lr"):
        _step(small_course(), network, torch.full((7, 2), math.nan))
    assert all(torch.equal(before[name], p) for name, p in network.named_parameters())


def _with_room_for(pictures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device whose memory takes so many pictures at a time."""
    forward = torch.nn.Conv2d.forward

    def limited(self: torch.nn.Conv2d, seen: torch.Tensor) -> torch.Tensor:
        if len(seen) > pictures:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return forward(self, seen)

    monkeypatch.setattr(torch.nn.Conv2d, "forward", limited)


def test_out_of_memory_halves_the_batch_and_keeps_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, whole = _step(small_course(), small_network(norm=False))
    _with_room_for(3, monkeypatch)
    found, state = _step(small_course(), small_network(norm=False))
    assert found.loss == pytest.approx(wanted.loss, rel=1e-6)
    assert found.accuracy == pytest.approx(wanted.accuracy)
    assert state.parts == 4
    assert "out of memory in epoch 1: from there on the batch of 8 was done in 4 parts" in state.changes
    for mine, theirs in zip(state.network.parameters(), whole.network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)


def test_validation_too_is_looked_at_in_parts_where_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    network, pixels = small_network(), np.random.default_rng(0).integers(0, 256, (11, 16, 16, 1), np.uint8)
    data = Labelled(pixels, np.arange(11) % 2, np.arange(11))
    given = (Normalise(SPEC), data, (16, 16), small_course().compute)
    wanted = logits_of(network, *given)
    _with_room_for(3, monkeypatch)
    np.testing.assert_allclose(logits_of(network, *given), wanted, rtol=1e-5, atol=1e-6)
    _with_room_for(0, monkeypatch)
    with pytest.raises(torch.OutOfMemoryError):
        logits_of(network, *given)


def test_where_two_pictures_are_too_many_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_room_for(1, monkeypatch)
    with pytest.raises(UsageError, match="out of memory with 2 pictures of 16 pixels at a time"):
        _step(small_course(), small_network())


def test_another_error_is_not_taken_for_one_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(step, "_gradients", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        _step(small_course(), small_network())


def test_an_optimiser_without_room_is_told_of_and_halves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **named: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 98.00 MiB.")

    course, network = small_course(optimiser="adam"), small_network()
    state = fresh(network, course)
    monkeypatch.setattr(torch.optim.Adam, "step", full)
    with pytest.raises(UsageError, match="out of memory for what optimiser=adam keeps of each weight; set"):
        take_step(state, course, Normalise(SPEC), LEVELS, LABELS, WEIGHTS)
    assert (state.parts, state.changes) == (1, [])
