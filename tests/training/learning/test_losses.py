import pytest
import torch
from torch.nn import functional

from screener.training.learning.losses import cka_distance, class_weights, l1_norm, loss_of, total_weight
from screener.training.recipes.choices import LOSSES
from screener.training.recipes.recipe import TrainRecipe

LOGITS = torch.randn(6, 3, generator=torch.Generator().manual_seed(1))
LABELS = torch.tensor([0, 2, 1, 1, 0, 2])
WEIGHTS = class_weights(torch.tensor([1.0, 2.0, 5.0]))


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_cross_entropy_is_torchs(weights: torch.Tensor | None, smoothing: float) -> None:
    recipe = TrainRecipe(label_smoothing=smoothing)
    wanted = functional.cross_entropy(LOGITS, LABELS, weight=weights, label_smoothing=smoothing)
    torch.testing.assert_close(loss_of(LOGITS, LABELS, recipe, weights), wanted)


@pytest.mark.parametrize("loss", LOSSES)
def test_labels_and_whole_shares_are_the_same(loss: str) -> None:
    recipe = TrainRecipe(loss=loss)
    shares = functional.one_hot(LABELS, 3).float()
    torch.testing.assert_close(
        loss_of(LOGITS, shares, recipe, WEIGHTS), loss_of(LOGITS, LABELS, recipe, WEIGHTS)
    )


def test_focal_is_its_closed_form() -> None:
    recipe = TrainRecipe(loss="focal", focal_gamma=1.5, label_smoothing=0.0)
    told = functional.softmax(LOGITS, dim=1)[range(6), LABELS]
    wanted = ((1 - told) ** 1.5 * -told.log()).mean()
    torch.testing.assert_close(loss_of(LOGITS, LABELS, recipe), wanted)


def test_focal_without_focus_is_cross_entropy() -> None:
    recipe = TrainRecipe(loss="focal", focal_gamma=0.0)
    torch.testing.assert_close(loss_of(LOGITS, LABELS, recipe), loss_of(LOGITS, LABELS, TrainRecipe()))


@pytest.mark.parametrize("loss", LOSSES)
def test_a_sure_network_still_has_a_slope(loss: str) -> None:
    logits = torch.tensor([[200.0, -200.0]], requires_grad=True)
    recipe = TrainRecipe(loss=loss, focal_gamma=0.5, label_smoothing=0.0)
    loss_of(logits, torch.tensor([0]), recipe).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_parts_add_up_to_the_whole() -> None:
    recipe = TrainRecipe()
    total = total_weight(LABELS, WEIGHTS)
    parts = [loss_of(LOGITS[s], LABELS[s], recipe, WEIGHTS, total) for s in (slice(0, 2), slice(2, 6))]
    torch.testing.assert_close(sum(parts), loss_of(LOGITS, LABELS, recipe, WEIGHTS))


def test_the_l1_norm_leaves_out_vectors_and_what_is_frozen() -> None:
    layers = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    layers[1].requires_grad_(False)
    torch.testing.assert_close(l1_norm(layers.parameters()), layers[0].weight.abs().sum())


MAPS = torch.randn(8, 6, 3, 3, generator=torch.Generator().manual_seed(2))
OTHER = torch.randn(8, 4, 5, 6, generator=torch.Generator().manual_seed(3))


def test_maps_are_unlike_by_the_kernels_of_their_places() -> None:
    rows = [
        functional.adaptive_avg_pool2d(maps, 3).permute(0, 2, 3, 1).reshape(72, -1) for maps in (MAPS, OTHER)
    ]
    centring = torch.eye(72) - 1 / 72
    one, two = (centring @ (row @ row.T) @ centring for row in rows)
    wanted = 1 - (one * two).sum() / (one.norm() * two.norm())
    torch.testing.assert_close(cka_distance(MAPS, OTHER), wanted)
    torch.testing.assert_close(cka_distance(OTHER, MAPS), wanted)


def test_maps_are_alike_in_any_rotation_scale_and_offset() -> None:
    turned, _ = torch.linalg.qr(OTHER.permute(1, 0, 2, 3).reshape(4, -1)[:, :4])
    same = 3 * torch.einsum("ndhw,de->nehw", OTHER, turned) + 7
    torch.testing.assert_close(cka_distance(OTHER, same), torch.tensor(0.0), atol=1e-5, rtol=0)


def test_a_map_that_is_the_same_everywhere_is_like_none_and_has_a_slope() -> None:
    flat = torch.ones(8, 6, 3, 3, requires_grad=True)
    found = cka_distance(flat, OTHER)
    found.backward()
    assert float(found.detach()) == 1
    assert flat.grad is not None
    assert bool(torch.isfinite(flat.grad).all())


def test_maps_of_half_precision_are_compared_in_whole() -> None:
    found = cka_distance(MAPS.bfloat16(), OTHER)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, cka_distance(MAPS, OTHER), atol=1e-3, rtol=0)
