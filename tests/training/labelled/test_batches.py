import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from screener.training.labelled.batches import Labelled, batches, epoch_order, even_spans, spans, to_levels


@given(st.integers(1, 300), st.integers(2, 40))
def test_spans_cover_all_and_none_is_alone(count: int, size: int) -> None:
    found = spans(count, size)
    assert [row for span in found for row in range(count)[span]] == list(range(count))
    assert all(span.stop - span.start <= size + 1 for span in found)
    assert count == 1 or all(span.stop - span.start > 1 for span in found)


def test_a_balanced_epoch_draws_classes_alike_and_none_twice_too_soon() -> None:
    labels = np.array([0] * 90 + [1] * 30)
    order = epoch_order(labels, balanced=True, generator=np.random.default_rng(0))
    assert len(order) == 120
    assert np.bincount(labels[order]).tolist() == [60, 60]
    drawn = np.bincount(order, minlength=120)
    assert drawn[:90].max() == 1
    assert set(drawn[90:]) == {2}


def test_a_plain_epoch_is_a_permutation() -> None:
    order = epoch_order(np.zeros(50, np.int64), balanced=False, generator=np.random.default_rng(0))
    assert sorted(order) == list(range(50))


def test_batches_hold_the_rows_that_were_ordered() -> None:
    pixels = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    data = Labelled(pixels, np.arange(10) % 2, np.array([2, 4, 6, 8]))
    found = [(p.flatten().tolist(), y.tolist()) for p, y in batches(data, np.array([3, 0, 1, 2]), 2)]
    assert found == [([8, 2], [0, 0]), ([4, 6], [0, 0])]


@pytest.mark.parametrize("side", [(4, 4), (2, 2)])
def test_levels_keep_their_mean(side: tuple[int, int]) -> None:
    pixels = torch.arange(16, dtype=torch.uint8).view(1, 4, 4, 1) * 10
    levels = to_levels(pixels, side, torch.device("cpu"))
    assert levels.shape == (1, 1, *side)
    assert float(levels.mean()) == pytest.approx(75)


@given(st.integers(2, 300), st.integers(2, 64))
def test_even_parts_cover_a_batch_and_leave_none_alone(count: int, size: int) -> None:
    parts = even_spans(count, size)
    assert [place for part in parts for place in range(count)[part]] == list(range(count))
    sizes = [part.stop - part.start for part in parts]
    assert min(sizes) >= 2
    assert max(sizes) <= size + (size == 2)
    assert max(sizes) - min(sizes) <= 1
