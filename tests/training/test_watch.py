"""The log for TensorBoard, and what a full disk does to it."""

from pathlib import Path
from typing import Any

import pytest

from screener.errors import OutputError
from screener.training import watch
from screener.training.progress import EpochResult, TrainProgress


def _epoch(number: int) -> TrainProgress:
    result = EpochResult(number, 32, 0.1, 0.5, 0.4, 0.9, 0.95, 0.9, 1.0, kept=True)
    return TrainProgress("training", finished=result)


def test_a_disk_that_fills_ends_the_log_and_not_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[TrainProgress] = []
    told = watch.with_tensorboard(seen.append, tmp_path, "run")
    told(_epoch(1))
    (log,) = (tmp_path / "run").iterdir()
    logged = log.read_bytes()
    assert b"validation_auc" in logged
    open_ = Path.open

    def full(path: Path, *arguments: Any, **more: Any) -> Any:
        if path == log:
            raise OSError(28, "No space left on device")
        return open_(path, *arguments, **more)

    with monkeypatch.context() as context:
        context.setattr(Path, "open", full)
        told(_epoch(2))
    told(_epoch(3))
    assert log.read_bytes() == logged
    assert [one.finished.epoch for one in seen if one.finished] == [1, 2, 3]
    (remark,) = (one.remark for one in seen if one.remark)
    assert remark == f"--tensorboard {tmp_path}: No space left on device; from epoch 2 on nothing is logged"
    assert capfd.readouterr().err == ""


def test_a_log_that_cannot_be_begun_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match=r"--tensorboard .*file: .*; name another folder"):
        watch.with_tensorboard(lambda progress: None, tmp_path / "file", "run")
