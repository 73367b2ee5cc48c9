"""A training's epochs for TensorBoard, where that is asked for."""

import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from screener.errors import MissingExtra, OutputError
from screener.training.progress import TrainProgress

_LEFT_OUT = ("epoch", "kept")


def with_tensorboard(
    report: Callable[[TrainProgress], None], folder: Path, name: str
) -> Callable[[TrainProgress], None]:
    """`report`, which also logs each finished epoch's figures to `folder`/`name`.

    Args:
        report: told of every step.
        folder: what `tensorboard --logdir` is given; made if it is not there.
        name: of the run in it.

    Raises:
        MissingExtra: TensorBoard is not installed.
        OutputError: the folder cannot be written.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own dependencies
            from torch.utils.tensorboard.writer import SummaryWriter
    except ImportError:
        raise MissingExtra("--tensorboard", "tensorboard") from None
    try:
        writer = SummaryWriter(str(folder / name))
    except OSError as error:
        raise OutputError(f"--tensorboard {folder}: {error.strerror}; name another folder") from error

    def told(progress: TrainProgress) -> None:
        if (epoch := progress.finished) is not None:
            for measure, value in asdict(epoch).items():
                if measure not in _LEFT_OUT:
                    writer.add_scalar(measure, value, epoch.epoch)
            writer.flush()
        report(progress)

    return told
