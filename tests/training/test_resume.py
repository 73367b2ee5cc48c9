"""A training that was stopped goes on, to the same result."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from builders.films import SETTINGS, Trainer
from screener import lock
from screener.errors import DataError, OutputBusy, Stopped, UsageError
from screener.models.card import WEIGHTS, read_card, verify
from screener.records import Progress
from screener.training import run
from screener.training.export.integers import QuantiseRequest
from screener.training.progress import TrainProgress
from screener.training.request import TrainResult

SMALL = ("stages=16x1", "batch=8", "precision=float32")


def _working(out: Path) -> Path:
    return out.with_name(f"{out.name}.training")


def _stop(seen: TrainProgress) -> None:
    if seen.epoch == 4 and seen.step == 3:
        raise KeyboardInterrupt


def test_a_damaged_checkpoint_gives_way_and_the_user_is_told(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    out = tmp_path / "resumed"
    with pytest.raises(Stopped):
        trainer(out, _stop)
    checkpoints = _working(out) / "checkpoints"
    for name in ("epoch-0003", "epoch-0003-step-0000003"):
        broken = checkpoints / name / "tensors.safetensors"
        broken.write_bytes(broken.read_bytes()[:-64])
    seen: list[TrainProgress] = []
    result = trainer(out, seen.append, resume=True)
    remarks = [progress.remark for progress in seen if progress.remark]
    for remark, name in zip(remarks, ("epoch-0003-step-0000003", "epoch-0003"), strict=True):
        assert f"checkpoint {name} is damaged" in remark
        assert "going back to the one before" in remark
    assert result.notes[1:] == tuple(remarks)
    assert min(progress.epoch for progress in seen if progress.note == "training") == 3
    assert (out / WEIGHTS).read_bytes() == (trained.out / WEIGHTS).read_bytes()


def test_a_stopped_training_goes_on_to_the_same_weights(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    out = tmp_path / "resumed"
    with pytest.raises(Stopped, match="--resume"):
        trainer(out, _stop)
    assert not out.exists()
    with pytest.raises(UsageError, match="unfinished training"):
        trainer(out)
    with pytest.raises(UsageError, match="other data, another split, model or recipe"):
        trainer(out, resume=True, settings=("stages=24x2,32x4", "batch=8"))
    seen: list[TrainProgress] = []
    result = trainer(out, seen.append, resume=True)
    assert next((one.epoch, one.step) for one in seen if one.note == "training") == (4, 4)
    assert (out / WEIGHTS).read_bytes() == (trained.out / WEIGHTS).read_bytes()
    assert [r.loss for r in result.history] == [r.loss for r in trained.history]
    assert [r.validation_auc for r in result.history] == [r.validation_auc for r in trained.history]


def test_a_stopped_training_may_end_at_the_size_it_has_reached(trainer: Trainer, tmp_path: Path) -> None:
    out = tmp_path / "shorter"

    def stop(seen: TrainProgress) -> None:
        if seen.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(Stopped):
        trainer(out, stop)
    result = trainer(out, resume=True, settings=("stages=24x2", *SETTINGS[1:]))
    assert (result.card.input.width, len(result.history)) == (24, 2)
    assert result.history[-1].kept
    assert result.notes[1:] == ("stages were 24x2,32x4 for 2 epochs, then 24x2",)
    assert list(result.card.training["notes"]) == list(result.notes)


def test_with_nothing_to_go_on_with_it_says_that_it_begins_anew(trainer: Trainer, tmp_path: Path) -> None:
    told: list[TrainProgress] = []
    settings = ("stages=16x1", "batch=8", "precision=float32")
    made = trainer(tmp_path / "out", told.append, resume=True, settings=settings)
    (remark,) = {one.remark for one in told if one.remark}
    assert remark == (
        f"--resume: there is nothing in {_working(made.out)} to go on with, so this begins anew"
    )
    assert not [note for note in made.notes if "--resume" in note]  # nothing that a card must tell


def test_one_training_at_a_time_in_a_place(trainer: Trainer, tmp_path: Path) -> None:
    out = tmp_path / "out"
    second: list[str] = []

    def start_another(seen: TrainProgress) -> None:
        if seen.note == "training" and not second:
            for resume in (False, True):
                with pytest.raises(OutputBusy) as refused:
                    trainer(out, resume=resume, settings=SMALL)
                second.append(str(refused.value))

    made = trainer(out, start_another, settings=SMALL)
    busy = f"another training is writing into {_working(out)}; wait for it to end, or choose another --out"
    assert second == [busy, busy]
    assert made.out.exists()
    assert not _working(out).exists()


def test_a_training_that_ends_before_its_first_step_leaves_nothing(trainer: Trainer, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def stop(seen: TrainProgress) -> None:
        if seen.note == "training":
            raise DataError("no way on")

    with pytest.raises(DataError, match="no way on"):
        trainer(out, stop, settings=SMALL)
    assert not _working(out).exists()


def test_findings_split_and_recipe_are_written_before_the_first_step_and_are_nothing_to_go_on_with(
    trainer: Trainer, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    working = _working(out)
    kept: dict[str, bytes] = {}

    def look(seen: TrainProgress) -> None:
        if seen.note == "training" and not kept:
            kept.update({path.name: path.read_bytes() for path in working.iterdir() if path.is_file()})

    trained = trainer(out, look, settings=SMALL)
    assert set(kept) == {"training.lock", "preflight.json", "split.csv", "recipe.json"}
    for name in ("preflight.json", "recipe.json"):
        assert kept[name] == (trained.out / name).read_bytes()
    lines = (trained.out / "split.csv").read_text().splitlines()
    assert kept["split.csv"].decode().splitlines() == [line.rpartition(",")[0] for line in lines]
    # As a killed training leaves them.
    again = tmp_path / "again"
    _working(again).mkdir()
    for name, content in kept.items():
        (_working(again) / name).write_bytes(content)
    assert trainer(again, settings=SMALL).out.exists()
    assert not _working(again).exists()


def test_where_nothing_can_be_locked_it_trains_all_the_same(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "")

    monkeypatch.setattr(lock, "_lock", fails)
    assert trainer(tmp_path / "out", settings=SMALL).out.exists()


def test_ctrl_c_while_the_int8_graph_is_made_says_that_the_model_is_whole(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(request: QuantiseRequest, report: Callable[[Progress], None]) -> None:
        report(Progress(1, 2, note="Rounding the whole network"))
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "quantise_apart", stop)
    out = tmp_path / "out"
    told: list[TrainProgress] = []
    with pytest.raises(Stopped, match=r"is whole but for its int8 graph: screener models quantise .*out"):
        trainer(out, told.append, settings=SMALL, int8=True)
    assert told[-1] == TrainProgress("int8 graph: rounding the whole network", step=1, steps=2)
    verify(read_card(out), out)
