import dataclasses
from pathlib import Path

import pytest
import torch

from builders.films import Trainer
from screener.errors import ModelError, Stopped, UsageError
from screener.models.card import WEIGHTS, read_card, seal
from screener.tasks.load import load_task
from screener.training.learning.device import Compute
from screener.training.learning.losses import distilled
from screener.training.learning.teachers import Teacher, class_sums, load_teachers, teachers_say
from screener.training.progress import TrainProgress
from screener.training.recipes.recipe import TrainRecipe
from screener.training.request import TrainResult

CPU = Compute(torch.device("cpu"), "float32")
QUICK = ("stages=32x1", "batch=8")


def _loaded(trained: TrainResult, count: int = 1) -> tuple[Teacher, ...]:
    return load_teachers([trained.out] * count, load_task("pneumonia"), trained.card.input, CPU)


def test_a_teacher_says_what_its_model_says(trained: TrainResult) -> None:
    levels = 255 * torch.rand(5, 1, 32, 32)
    (teacher,) = _loaded(trained)
    with torch.no_grad():
        logits = teacher.network(teacher.normalise(levels)) / trained.card.temperature
    said, maps = teachers_say([teacher], levels, CPU)
    torch.testing.assert_close(said, torch.log_softmax(logits, dim=1))
    assert not said.requires_grad
    torch.testing.assert_close(maps, [teacher.network.backbone(teacher.normalise(levels))])
    assert not maps[0].requires_grad
    assert not teacher.network.training


def test_several_teachers_are_a_mean_of_log_probabilities(trained: TrainResult) -> None:
    levels = 255 * torch.rand(4, 1, 32, 32)
    first, second = _loaded(trained, 2)
    with torch.no_grad():
        second.network.head.bias += torch.tensor([1.0, -1.0])
    apart = [teachers_say([teacher], levels, CPU)[0] for teacher in (first, second)]
    wanted = torch.log_softmax((apart[0] + apart[1]) / 2, dim=1)
    torch.testing.assert_close(teachers_say([first, second], levels, CPU)[0], wanted)


@pytest.mark.parametrize("shape", [(3, 1, 24, 24), (3, 3, 32, 32), (3, 3, 50, 40)])
def test_pictures_of_any_size_and_colour_are_made_the_teachers(
    shape: tuple[int, ...], trained: TrainResult
) -> None:
    said, _ = teachers_say(_loaded(trained), 255 * torch.rand(shape), CPU)
    assert said.shape == (3, 2)
    torch.testing.assert_close(said.exp().sum(dim=1), torch.ones(3))


def test_kinds_of_pneumonia_sum_to_pneumonia(trained: TrainResult) -> None:
    kinds = dataclasses.replace(
        trained.card, labels=("bacteria", "normal", "virus"), positive=("bacteria", "virus")
    )
    sums = class_sums(kinds, load_task("pneumonia"))
    assert sums.tolist() == [[0, 1], [1, 0], [0, 1]]
    turned = dataclasses.replace(trained.card, labels=("pneumonia", "normal"))
    assert class_sums(turned, load_task("pneumonia")).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("task", ["pneumonia-type", "pcam"])
def test_a_teacher_of_other_classes_is_refused(task: str, trained: TrainResult) -> None:
    with pytest.raises(UsageError, match=r"--teacher .* has the labels normal, pneumonia"):
        class_sums(trained.card, load_task(task))


def test_distillation_is_its_closed_form() -> None:
    recipe = TrainRecipe(distillation=0.25, distillation_temperature=2.0)
    logits, teachers = torch.tensor([[1.0, -1.0]]), torch.log_softmax(torch.tensor([[0.0, 3.0]]), dim=1)
    wanted, own = torch.softmax(teachers / 2, 1), torch.log_softmax(logits / 2, 1)
    divergence = 4 * (wanted * (wanted.log() - own)).sum()
    found = distilled(torch.tensor(7.0), logits, teachers, recipe)
    assert float(found) == pytest.approx(0.75 * 7 + 0.25 * float(divergence))
    same = distilled(torch.tensor(0.0), teachers + 5, teachers, recipe)
    assert float(same) == pytest.approx(0, abs=1e-6)


def test_a_training_learns_from_a_teacher_and_says_from_which(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    split = trained.out / "split.csv"
    result = trainer(tmp_path / "pupil", teachers=(trained.out,), settings=QUICK, split=split)
    (named,) = result.card.training["teachers"]
    assert (named["name"], named["sha256"]) == (trained.card.name, seal(trained.out / WEIGHTS).sha256)
    assert named["licence"] == "CC BY 4.0"
    likened = trainer(
        tmp_path / "likened",
        teachers=(trained.out,),
        settings=(*QUICK, "feature_distillation=1"),
        split=split,
    )
    assert 0 < likened.history[0].loss - result.history[0].loss < 1
    alone = trainer(tmp_path / "alone", settings=QUICK, split=split)
    assert alone.card.training["teachers"] == []
    assert alone.history[0].loss != result.history[0].loss
    assert not [note for note in result.card.training["notes"] if "had learned" in note]


def test_features_to_liken_to_are_a_teachers(trainer: Trainer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--set feature_distillation=2: .* --teacher FOLDER"):
        trainer(tmp_path / "pupil", settings=(*QUICK, "feature_distillation=2"))


def test_a_teacher_that_knows_the_validation_pictures_is_told_of(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    settings = (*QUICK, "seed=7")
    result = trainer(tmp_path / "pupil", teachers=(trained.out,), settings=settings)
    assert "had learned" in result.notes[-1]
    assert "--split" in result.notes[-1]


def test_a_training_does_not_go_on_without_its_teacher(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    def stop(seen: TrainProgress) -> None:
        if seen.epoch == 2:
            raise KeyboardInterrupt

    out, settings = tmp_path / "pupil", ("stages=32x2", "batch=8")
    with pytest.raises(Stopped):
        trainer(out, stop, teachers=(trained.out,), settings=settings)
    with pytest.raises(UsageError, match="other data"):
        trainer(out, resume=True, settings=settings)
    working = out.with_name("pupil.training")
    assert (working / "history.csv").read_text().count("\n") == 2
    assert trainer(out, resume=True, teachers=(trained.out,), settings=settings).history[-1].epoch == 2


def test_a_teacher_that_sees_another_part_of_the_picture_is_refused(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="100% of a side, but the new model by 'squash', 50%"):
        trainer(tmp_path / "pupil", teachers=(trained.out,), settings=(*QUICK, "crop=0.5"))


def test_a_folder_that_is_no_model_is_said(trainer: Trainer, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"--teacher .*no card\.json"):
        trainer(tmp_path / "out", teachers=(tmp_path,))


def test_the_card_says_what_it_was_computed_on(trained: TrainResult) -> None:
    compute = read_card(trained.out).training["compute"]
    assert (compute["device"], compute["threads"]) == ("cpu", 1)
    assert compute["precision"] in ("float32", "bfloat16")
    assert compute["reason"]
