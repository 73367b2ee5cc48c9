import dataclasses
import math

import pytest
import torch
from torch import nn

from screener.errors import UnknownName, UsageError
from screener.training.learning import optimisers, schedules
from screener.training.learning.losses import class_weights, loss_of
from screener.training.learning.optimisers import make_optimiser, set_rate
from screener.training.learning.schedules import learning_rate
from screener.training.recipes.choices import OPTIMISERS, SCHEDULES
from screener.training.recipes.recipe import (
    TrainRecipe,
    goes_on,
)


def test_settings_change_a_recipe() -> None:
    recipe = TrainRecipe().with_settings(
        ("stages=32x1,64x2", "lr=1e-2", "balanced=no", "batch=8", "dropout=none", "label-smoothing=0")
    )
    assert recipe.stages == ((32, 1), (64, 2))
    assert (recipe.lr, recipe.balanced, recipe.batch, recipe.dropout) == (0.01, False, 8, None)
    assert recipe.label_smoothing == 0
    recipe = recipe.with_settings(("freeze=11", "backbone-lr=1e-6", "patience=3", "loss=focal"))
    assert (recipe.freeze, recipe.backbone_lr, recipe.patience, recipe.loss) == ("11", 1e-6, 3, "focal")
    assert recipe.with_settings(("backbone_lr=none", "freeze=")).freeze == ""


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("lr", "must read NAME=VALUE"),
        ("lr=fast", "setting 'lr=fast': it must be a number"),
        ("ema=none", "it must be a number"),
        ("dropout=some", "it must be a number or none"),
        ("seed=1e3", "setting 'seed=1e3': it must be a whole number"),
        ("lr=0", "lr must be above 0"),
        ("lr=nan", "lr is nan"),
        ("batch=1", "batch is 1; it must lie between 2"),
        ("ema=1", "ema is 1"),
        ("stages=224", "stages read SIDExEPOCHS"),
        ("stages=224x0", "epochs at least 1"),
        ("balanced=perhaps", "true or false"),
        ("backbone-lr=0", "backbone_lr must be above 0"),
        ("freeze=layer 1", "freeze must be a number of stages"),
        ("freeze=-1", "freeze must be"),
        ("accumulate=33", "batch=64 in accumulate=33 parts leaves fewer than two"),
        ("crop=0", "crop is 0.0; it must lie between 0.05 and 1"),
        ("restart_growth=0.5", "restart_growth is 0.5"),
        ("step_every=2.5", "it must be a whole number"),
        ("stages=32x", "stages read SIDExEPOCHS,SIDExEPOCHS in whole numbers"),
        ("stages=32x1,", "stages read SIDExEPOCHS"),
        ("stages=-32x1", "stages read SIDExEPOCHS"),
    ],
)
def test_a_bad_setting_is_refused(setting: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        TrainRecipe().with_settings((setting,))


@pytest.mark.parametrize(
    "setting", ["optimiser=adamm", "schedule=cosin", "augmentation=filmy", "batches=4", "loss=focus"]
)
def test_an_unknown_name_is_refused_with_near_ones(setting: str) -> None:
    with pytest.raises(UnknownName, match="Did you mean"):
        TrainRecipe().with_settings((setting,))


def test_only_what_lies_ahead_may_change() -> None:
    before = TrainRecipe(stages=((32, 4), (64, 4)))
    assert goes_on(before, TrainRecipe(stages=((32, 3), (64, 1))), 3)
    assert not goes_on(before, TrainRecipe(stages=((32, 3), (64, 1))), 4)
    assert goes_on(before, TrainRecipe(stages=((32, 4),)), 3)
    assert not goes_on(before, TrainRecipe(stages=((48, 4), (64, 4))), 3)
    assert not goes_on(before, TrainRecipe(stages=((32, 2),)), 3)
    assert goes_on(before, dataclasses.replace(before, lr=0.1, backbone_lr=0.01), 3)
    assert not goes_on(before, dataclasses.replace(before, weight_decay=0.1), 3)
    assert goes_on(before, dataclasses.replace(before, precision="float32"), 3)


def test_the_registries_are_the_recipes_lists() -> None:
    assert optimisers.names() == OPTIMISERS
    assert schedules.names() == SCHEDULES


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_goes_downhill_and_spares_vectors(name: str) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(4, 1)
    rates = {"adadelta": 1.0, "adagrad": 0.1}  # these two shrink their own steps
    optimiser = make_optimiser(layer, TrainRecipe(optimiser=name, lr=rates.get(name, 0.01)))
    data = torch.randn(64, 4)
    losses = []
    for _ in range(60):
        loss = (layer(data) - data.sum(dim=1, keepdim=True)).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]
    assert [group["weight_decay"] for group in optimiser.param_groups] == [0.05, 0.0]


def test_momentum_is_polyaks_sgd_nesterovs_and_either_is_plain_without() -> None:
    def after_two_steps(name: str, momentum: float) -> float:
        layer = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(layer.weight)
        recipe = TrainRecipe(optimiser=name, lr=1.0, momentum=momentum, weight_decay=0.0)
        optimiser = make_optimiser(layer, recipe)
        for _ in range(2):
            layer.weight.grad = torch.ones(1, 1)
            optimiser.step()
        return -layer.weight.item()

    assert after_two_steps("momentum", 0.5) == pytest.approx(1 + 1.5)
    assert after_two_steps("sgd", 0.5) == pytest.approx((1 + 0.5) + (1 + 0.5 * 1.5))
    assert after_two_steps("momentum", 0.0) == after_two_steps("sgd", 0.0) == pytest.approx(2)


def _rates(steps: int, **fields: object) -> list[float]:
    recipe = dataclasses.replace(TrainRecipe(lr=2.0), **fields)
    return [learning_rate(recipe, step, steps) for step in range(steps)]


def test_constant_is_constant() -> None:
    assert set(_rates(7, schedule="constant")) == {2.0}


def test_cosine_is_its_closed_form() -> None:
    rates = _rates(101, schedule="cosine", warmup=0.0)
    wanted = [1 + math.cos(math.pi * step / 100) for step in range(101)]
    assert rates == pytest.approx(wanted)
    warm = _rates(101, schedule="cosine", warmup=0.2)
    assert warm[:21] == pytest.approx([2 * step / 20 for step in range(21)])


def test_one_cycle_is_torchs() -> None:
    rates = _rates(101, schedule="one-cycle", warmup=0.3)
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=2.0, total_steps=101, pct_start=31 / 101, div_factor=25, final_div_factor=40
    )
    wanted = []
    for _ in range(101):
        wanted.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        theirs.step() if len(wanted) < 101 else None
    assert rates == pytest.approx(wanted, rel=1e-6)


def test_step_falls_by_its_factor() -> None:
    recipe = TrainRecipe(stages=((32, 7),), lr=2.0, schedule="step", step_every=3, step_factor=0.5)
    rates = [learning_rate(recipe, step, 70) for step in range(70)]
    assert rates == [2.0] * 30 + [1.0] * 30 + [0.5] * 10


def test_warm_restarts_are_torchs() -> None:
    recipe = TrainRecipe(stages=((32, 14),), lr=2.0, schedule="warm-restarts", restart_every=2)
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=2.0)
    theirs = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimiser, T_0=2, T_mult=2)
    optimiser.step()
    for step in range(70):  # five steps an epoch; restarts after epochs 2 and 6
        theirs.step(step / 5)
        assert learning_rate(recipe, step, 70) == pytest.approx(optimiser.param_groups[0]["lr"], abs=1e-12)
    assert learning_rate(recipe, 30, 70) == 2.0


def test_restarts_that_do_not_grow_are_evenly_spaced() -> None:
    recipe = TrainRecipe(stages=((32, 9),), schedule="warm-restarts", restart_every=3, restart_growth=1.0)
    rates = [learning_rate(recipe, step, 90) for step in range(90)]
    assert rates[:30] == pytest.approx(rates[30:60])
    assert rates[:30] == pytest.approx(rates[60:])


def test_the_backbone_may_have_a_rate_of_its_own() -> None:
    network = nn.ModuleDict({"backbone": nn.Linear(3, 3), "head": nn.Linear(3, 2)})
    optimiser = make_optimiser(network, TrainRecipe(lr=1e-2, backbone_lr=1e-6))
    set_rate(optimiser, 5e-3)
    rates = {id(p): group["lr"] for group in optimiser.param_groups for p in group["params"]}
    assert [rates[id(p)] for p in network["backbone"].parameters()] == pytest.approx([5e-7] * 2)
    assert {rates[id(p)] for p in network["head"].parameters()} == {5e-3}


def test_class_weights_are_r4s() -> None:
    counts = torch.tensor([1341.0, 3875.0])
    assert class_weights(counts).tolist() == pytest.approx([5216 / (1341 * 2), 5216 / (3875 * 2)])


def test_a_smoothed_loss_is_its_closed_form() -> None:
    logits = torch.tensor([[2.0, -1.0, 0.5]], dtype=torch.bfloat16)
    recipe = TrainRecipe(label_smoothing=0.3)
    log_share = torch.log_softmax(logits.float(), dim=1)[0]
    wanted = -(0.7 * log_share[0] + 0.1 * log_share.sum())
    assert float(loss_of(logits, torch.tensor([0]), recipe)) == pytest.approx(float(wanted), rel=1e-6)


def test_a_weighted_loss_is_its_closed_form() -> None:
    logits, targets = torch.tensor([[1.0, 0.0], [0.0, 3.0]]), torch.tensor([0, 1])
    weights = torch.tensor([2.0, 0.5])
    each = -torch.log_softmax(logits, dim=1)[[0, 1], [0, 1]]
    wanted = (each * weights).sum() / weights.sum()
    found = loss_of(logits, targets, TrainRecipe(label_smoothing=0.0), weights)
    assert float(found) == pytest.approx(float(wanted))


def test_rare_classes_are_made_up_for_once() -> None:
    with pytest.raises(UsageError, match="class_weights=true set balanced=false"):
        TrainRecipe().with_settings(["class_weights=true"])
    assert TrainRecipe().with_settings(["class_weights=true", "balanced=false"]).class_weights
