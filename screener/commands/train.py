"""`screener train`: from labelled pictures to a model folder that the scanning side can use."""

from collections.abc import Callable

from screener.commands.extras import need_training
from screener.training.progress import EpochResult, TrainProgress
from screener.training.recipes.fields import RecipeField, recipe_fields
from screener.training.request import CheckResult, DataOptions, TrainRequest, TrainResult

__all__ = [
    "CheckResult",
    "DataOptions",
    "EpochResult",
    "RecipeField",
    "TrainProgress",
    "TrainRequest",
    "TrainResult",
    "check",
    "recipe_fields",
    "train",
]


def train(request: TrainRequest, progress: Callable[[TrainProgress], None]) -> TrainResult:
    """The model folder that `request` asks for, trained, measured, calibrated and exported.

    Args:
        request: see `TrainRequest`.
        progress: told of every step, in this thread.

    Raises:
        MissingExtra: torch, or another part of the extra `train`, is not installed.
        UnknownName: no such task, model, device or recipe value.
        UsageError: a setting that cannot be meant, or an unfinished training in the way.
        OutputTaken: the model folder is there already.
        DataError: the data cannot be used, or the training failed on them.
        ModelError: the exported model does not say what the trained one does.
        Stopped: Ctrl-C; what was done is kept, and `resume` goes on from there.
    """
    need_training("training")
    from screener.training.run import run

    return run(request, progress)


def check(request: TrainRequest, progress: Callable[[TrainProgress], None]) -> CheckResult:
    """What a look at the data of `request` finds: as before a training, but nothing is trained.

    Args:
        request: see `TrainRequest`.
        progress: told how far decoding has come, and of what was found.

    Raises:
        ScreenerError: as from `train`, for all that comes before the first step.
    """
    need_training("training")
    from screener.training.check import check as run

    return run(request, progress)
