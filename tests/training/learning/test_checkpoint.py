import json
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from screener.errors import OutputError, UsageError
from screener.training.learning.checkpoint import (
    Checkpoint,
    forget_partway,
    kept_where_full,
    read_checkpoint,
    under_prefix,
    with_prefix,
    write_checkpoint,
)
from screener.training.learning.partway import Partway
from screener.training.learning.standing import Standing
from screener.training.progress import EpochResult
from screener.training.recipes.recipe import TrainRecipe


def _standing(epoch: int, steps: int = 0) -> Standing:
    history = tuple(EpochResult(n, 16, 0.01, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, True) for n in range(epoch))
    partway = Partway(steps, 0.25 * steps, 0.5 * steps, 0.1) if steps else Partway()
    scaler = {"scale": 65536.0, "growth_factor": 2.0}
    recipe = TrainRecipe(stages=((16, 3),), dropout=None)
    return Standing(epoch, "these", recipe, "float16", 7, 0.85, history, ("a change",), scaler, 2, partway)


def _write(folder: Path, epoch: int, steps: int = 0) -> None:
    tensors = {"a.b": torch.full((3,), float(epoch))}
    write_checkpoint(Checkpoint(_standing(epoch, steps), tensors), folder)


def test_the_newest_is_read_and_the_one_before_kept(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        _write(tmp_path, epoch)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-0002", "epoch-0003"]
    found, notes = read_checkpoint(tmp_path)
    assert found is not None
    assert (found.standing, found.tensors["a.b"].tolist()) == (_standing(3), [3.0] * 3)
    assert not notes


def test_of_the_epoch_under_way_the_newest_is_kept_until_it_is_over(tmp_path: Path) -> None:
    for epoch, steps in ((1, 0), (2, 0), (2, 3), (2, 12)):
        _write(tmp_path, epoch, steps)
    kept = ["epoch-0001", "epoch-0002", "epoch-0002-step-0000012"]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
    found, _ = read_checkpoint(tmp_path)
    assert found is not None
    assert found.standing == _standing(2, 12)
    _write(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-0002", "epoch-0003"]
    _write(tmp_path, 3, 1)
    forget_partway(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-0002", "epoch-0003"]


def test_a_truncated_one_gives_way_to_the_one_before(tmp_path: Path) -> None:
    _write(tmp_path, 1)
    _write(tmp_path, 2)
    broken = tmp_path / "epoch-0002" / "tensors.safetensors"
    broken.write_bytes(broken.read_bytes()[:-4])
    found, notes = read_checkpoint(tmp_path)
    assert found is not None
    assert found.standing.epoch == 1
    assert "epoch-0002 is damaged" in notes[0]
    (tmp_path / "epoch-0001" / "facts.json").write_text("[]")
    nothing, notes = read_checkpoint(tmp_path)
    assert nothing is None
    assert notes[0].endswith("going back to the one before")
    assert notes[1].endswith("beginning anew")


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": None},
        {"history": [{"epoch": 1}]},
        {"history": []},
        {"epoch": "2"},
        {"parts": -1},
        {"partway": {"steps": None}},
        {"mood": "fine"},
    ],
    ids=str,
)
def test_facts_that_are_of_no_training_give_way_to_those_before(
    change: dict[str, object], tmp_path: Path
) -> None:
    _write(tmp_path, 1)
    _write(tmp_path, 2)
    facts = tmp_path / "epoch-0002" / "facts.json"
    facts.write_text(json.dumps(json.loads(facts.read_text()) | change))
    found, notes = read_checkpoint(tmp_path)
    assert found is not None
    assert found.standing.epoch == 1
    said = "checkpoint epoch-0002 is damaged (it is not of a training); going back to the one before"
    assert notes == (said,)


def test_a_recipe_of_another_version_is_said_to_be_one(tmp_path: Path) -> None:
    _write(tmp_path, 1)
    facts = tmp_path / "epoch-0001" / "facts.json"
    facts.write_text(facts.read_text().replace('"label_smoothing"', '"smoothing"'))
    with pytest.raises(UsageError, match="smoothing"):
        read_checkpoint(tmp_path)


def test_one_that_was_never_finished_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / ".epoch-0001").mkdir()
    assert read_checkpoint(tmp_path) == (None, ())
    assert read_checkpoint(tmp_path / "nowhere") == (None, ())


def test_a_prefix_comes_off_again() -> None:
    tensors = {"x": torch.zeros(1), "y.z": torch.ones(1)}
    both = {**with_prefix("a", tensors), **with_prefix("ab", {"q": torch.zeros(2)})}
    assert under_prefix("a", both) == tensors


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), SafetensorError("No space left")])
def test_a_disk_that_is_full_says_what_is_kept(error: Exception, tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"No space left.*what was saved there before is intact.*--resume"),
        kept_where_full(tmp_path),
    ):
        raise error
