import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from builders.training import small_course, small_network
from screener.training.learning.device import Compute
from screener.training.learning.initialisers import initialise
from screener.training.learning.loop import Fitted, fit, stalled
from screener.training.progress import EpochResult, TrainProgress
from screener.training.recipes.choices import INITIALISERS, OPTIMISERS, SCHEDULES
from screener.training.recipes.recipe import TrainRecipe

EVERYTHING = {
    "stages": ((8, 1), (16, 5)),
    "accumulate": 2,
    "freeze": "1",
    "backbone_lr": 1e-3,
    "l1": 1e-4,
    "schedule": "warm-restarts",
    "restart_every": 1,
    "loss": "focal",
    "label_smoothing": 0.1,
    "class_weights": True,
    "balanced": False,
    "mixup": 0.4,
    "cutmix": 1.0,
    "patience": 2,
    "start_share": 0.3,
    "augmentation": "film",
}


def _run(
    folder: Path, stop_at: tuple[int, int] | None = None, precision: str = "float32", **fields: object
) -> Fitted:
    """Trained into `folder`; where told, stopped in an epoch at a step first, and gone on with."""

    def report(seen: TrainProgress) -> None:
        if seen.note == "training" and (seen.epoch, seen.step) == stop_at:
            raise KeyboardInterrupt

    course = small_course(**fields)
    course = replace(course, compute=Compute(torch.device("cpu"), precision))
    if stop_at:
        with pytest.raises(KeyboardInterrupt):
            fit(small_network(dropout=0.2), course, folder / "checkpoints", report)
    torch.manual_seed(77)  # what another process would begin with
    return fit(small_network(dropout=0.2), course, folder / "checkpoints", lambda seen: None)


def assert_same(mine: Fitted, theirs: Fitted) -> None:
    ours, wanted = mine.network.state_dict(), theirs.network.state_dict()
    assert all(torch.equal(ours[name], wanted[name]) for name in wanted)
    assert [r.validation_loss for r in mine.history] == [r.validation_loss for r in theirs.history]
    assert mine.changes == theirs.changes


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_optimiser_goes_on_to_the_same_weights(optimiser: str, tmp_path: Path) -> None:
    fields = {"optimiser": optimiser, "balanced": False}
    whole = _run(tmp_path / "whole", **fields)
    assert_same(_run(tmp_path / "broken", (2, 3), **fields), whole)
    assert whole.history[-1].loss < whole.history[0].loss or optimiser == "adadelta"


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_goes_on_to_the_same_weights(schedule: str, tmp_path: Path) -> None:
    fields = {"schedule": schedule, "step_every": 1, "restart_every": 1, "optimiser": "sgd"}
    whole = _run(tmp_path / "whole", **fields)
    assert_same(_run(tmp_path / "broken", (3, 2), **fields), whole)


def test_with_everything_on_it_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole = _run(tmp_path / "whole", **EVERYTHING)
    assert_same(_run(tmp_path / "broken", (4, 2), **EVERYTHING), whole)


def test_scaled_gradients_of_float16_go_on_to_the_same_weights(tmp_path: Path) -> None:
    """On the CPU, where the program refuses it because it does not pay; what scales is the same."""
    whole = _run(tmp_path / "whole", precision="float16")
    assert_same(_run(tmp_path / "broken", (2, 3), precision="float16"), whole)
    assert whole.history[-1].loss < whole.history[0].loss
    facts = json.loads((tmp_path / "whole" / "checkpoints" / "epoch-0003" / "facts.json").read_text())
    assert facts["scaler"]["scale"] >= 1


def test_a_training_may_go_on_in_another_precision_and_says_so(tmp_path: Path) -> None:
    _run(tmp_path, precision="float16", stages=((16, 2),))
    gone_on = _run(tmp_path, stages=((16, 3),))
    assert gone_on.changes == (
        "stages were 16x2 for 2 epochs, then 16x3",
        "precision was float16 for 2 epochs, then float32",
    )


@pytest.mark.parametrize("name", INITIALISERS)
def test_a_training_may_begin_by_every_initialiser(name: str, tmp_path: Path) -> None:
    network = small_network()
    initialise(network, name)
    fitted = fit(network, small_course(), tmp_path / "checkpoints", lambda seen: None)
    assert fitted.history[-1].loss < fitted.history[0].loss


def test_the_starting_weights_keep_their_share(tmp_path: Path) -> None:
    fields = {"stages": ((16, 1),), "balanced": False}
    start = small_network(dropout=0.2).state_dict()
    whole = _run(tmp_path / "whole", **fields).network.state_dict()
    mixed = _run(tmp_path / "mixed", start_share=0.25, **fields).network.state_dict()
    for name, weights in mixed.items():
        if weights.is_floating_point():
            torch.testing.assert_close(weights, 0.25 * start[name] + 0.75 * whole[name])
        else:
            assert torch.equal(weights, whole[name])
    assert not torch.allclose(whole["head.weight"], start["head.weight"])


def test_a_training_that_gets_no_better_ends(tmp_path: Path) -> None:
    fitted = _run(tmp_path, stages=((16, 40),), patience=3, lr=0.05, schedule="constant", balanced=False)
    kept = [result.kept for result in fitted.history]
    assert len(kept) < 40
    assert kept[-4:] == [True, False, False, False]
    assert fitted.changes == (f"ended after epoch {len(kept)} of 40: no better score in 3 epochs",)


def test_the_weights_kept_are_the_best_on_what_they_are_judged_on(tmp_path: Path) -> None:
    """The better on plain pictures the worse on these stressed ones, which are their negatives."""

    def kept(judged_on: str) -> list[bool]:
        course = small_course(stages=((16, 8),), lr=0.0003, schedule="constant", judged_on=judged_on)
        negative = replace(course.stressed, pixels=255 - course.stressed.pixels)
        course = replace(course, stressed=negative)
        fitted = fit(small_network(), course, tmp_path / judged_on, lambda seen: None)
        areas = [(result.validation_auc, result.stress_auc) for result in fitted.history]
        scores = [plain if judged_on == "plain" else (plain + stressed) / 2 for plain, stressed in areas]
        assert [result.kept for result in fitted.history] == [
            score > max(scores[:place], default=-1) for place, score in enumerate(scores)
        ]
        return [result.kept for result in fitted.history]

    assert kept("plain") != kept("both")


def test_patience_counts_epochs_at_the_models_own_size() -> None:
    recipe = TrainRecipe(stages=((8, 3), (16, 4)), patience=2)

    def history(*kept: bool) -> list[EpochResult]:
        sides = [recipe.side_at(epoch) for epoch in range(len(kept))]
        return [
            EpochResult(n, side, 0, 0, 0, 0, 0, 0, 0, best)
            for n, (side, best) in enumerate(zip(sides, kept, strict=True))
        ]

    assert not stalled(history(False, False, False), recipe)
    assert not stalled(history(False, False, False, True, False), recipe)
    assert stalled(history(False, False, False, True, False, False), recipe)
    assert not stalled(history(False, False, False, True, False, True), recipe)


def test_a_batch_that_was_divided_stays_divided(tmp_path: Path) -> None:
    fitted = _run(tmp_path, (2, 1), accumulate=2)
    assert fitted.network.head.weight.isfinite().all()
    facts = next((tmp_path / "checkpoints").glob("epoch-0003/facts.json")).read_text()
    assert '"parts": 2' in facts
