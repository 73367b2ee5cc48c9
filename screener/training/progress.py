"""What a training tells of itself while it runs, and what it keeps. Standard library only."""

from dataclasses import dataclass

from screener.training.labelled.findings import Preflight


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One epoch's line in history.csv.

    Attributes:
        epoch: from 1.
        side: pixels on a side of the pictures in it.
        learning_rate: of its last step.
        loss: mean over the training steps.
        validation_loss: negative log-likelihood of the averaged weights, nats.
        validation_accuracy: of the averaged weights, 0..1.
        validation_auc: of the averaged weights.
        stress_auc: the same on the stressed validation pictures.
        seconds: wall time, validation included.
        kept: whether these weights were the best so far of those that may be kept.
        accuracy: of the training steps, 0..1, each by the weights before it and on augmented pictures; of
            mixed ones, how often the larger share was called. None where an earlier version began it.
    """

    epoch: int
    side: int
    learning_rate: float
    loss: float
    validation_loss: float
    validation_accuracy: float
    validation_auc: float
    stress_auc: float
    seconds: float
    kept: bool
    accuracy: float | None = None

    def score(self, judged_on: str) -> float:
        """What the best weights have most of: AUC of `plain` pictures, or of `both`, its mean with stress."""
        return self.validation_auc if judged_on == "plain" else (self.validation_auc + self.stress_auc) / 2


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """How far a training has come.

    Attributes:
        note: what is being done, for a reader.
        epoch: from 1; 0 before the first.
        epochs: of the whole training.
        step: steps of this epoch behind us; while films are decoded, films.
        steps: steps of an epoch.
        rate: pictures a second, lately.
        loss: mean of this epoch's steps so far; None before the first.
        seconds_left: None while there is no saying.
        finished: the epoch that has just ended, in the one report that tells of it; else None.
        found: what the look at the data found, in the one report that tells of it; else None.
        remark: a sentence that the user must not miss, in the one report that brings it; else "".
    """

    note: str
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    rate: float = 0.0
    loss: float | None = None
    seconds_left: float | None = None
    finished: EpochResult | None = None
    found: Preflight | None = None
    remark: str = ""
