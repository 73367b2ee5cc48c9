"""A training's epochs for TensorBoard, where that is asked for."""

import os
import socket
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from screener.errors import MissingExtra, OutputError
from screener.training.progress import TrainProgress

_LEFT_OUT = ("epoch", "kept")


def with_tensorboard(
    report: Callable[[TrainProgress], None], folder: Path, name: str
) -> Callable[[TrainProgress], None]:
    """`report`, which also logs each finished epoch's figures to `folder`/`name`.

    A disk that fills later ends the log, with a remark, and not the training.

    Args:
        report: told of every step.
        folder: what `tensorboard --logdir` is given; made if it is not there.
        name: of the run in it.

    Raises:
        MissingExtra: TensorBoard is not installed.
        OutputError: the folder cannot be written.
    """
    try:
        log = _Log(folder / name)
    except ImportError:
        raise MissingExtra("--tensorboard", "tensorboard") from None
    except OSError as error:
        raise OutputError(f"--tensorboard {folder}: {error.strerror}; name another folder") from error
    ended = False

    def told(progress: TrainProgress) -> None:
        nonlocal ended
        epoch = progress.finished
        if epoch is not None and not ended:
            figures = {key: value for key, value in asdict(epoch).items() if key not in _LEFT_OUT}
            try:
                log.write(epoch.epoch, figures)
            except OSError as error:
                ended = True
                remark = (
                    f"--tensorboard {folder}: {error.strerror}; from epoch {epoch.epoch} on nothing is logged"
                )
                report(replace(progress, finished=None, remark=remark))
        report(progress)

    return told


class _Log:
    """A file of TensorBoard's events, written in this thread: its own writer's ends with a traceback."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own dependencies
            from tensorboard.compat.proto.event_pb2 import Event
            from tensorboard.compat.proto.summary_pb2 import Summary
            from tensorboard.summary.writer.record_writer import RecordWriter
        self._event, self._summary, self._writer = Event, Summary, RecordWriter
        now = time.time()
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}.{os.getpid()}.0"
        self._append([Event(wall_time=now, file_version="brain.Event:2")])

    def write(self, step: int, figures: Mapping[str, float | None]) -> None:
        """Append the figures that are known of a step.

        Raises:
            OSError: they cannot be written.
        """
        now, value = time.time(), self._summary.Value
        self._append(
            [
                self._event(
                    wall_time=now,
                    step=step,
                    summary=self._summary(value=[value(tag=tag, simple_value=figure)]),
                )
                for tag, figure in figures.items()
                if figure is not None
            ]
        )

    def _append(self, events: list[Any]) -> None:
        with self._path.open("ab") as file:
            writer = self._writer(file)
            for event in events:
                writer.write(event.SerializeToString())
