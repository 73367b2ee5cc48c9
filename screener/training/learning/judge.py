"""What a network is worth on the validation pictures."""

import time

from screener.engines.scores import probabilities
from screener.models.network import Network, Normalise
from screener.training import metrics
from screener.training.learning.predict import logits_of
from screener.training.learning.state import Course
from screener.training.learning.step import Taken
from screener.training.progress import EpochResult


def judged(
    network: Network,
    course: Course,
    normalise: Normalise,
    *,
    epoch: int,
    learned: Taken,
    rate: float,
    started: float,
) -> EpochResult:
    """The figures of `network` on plain and stressed validation pictures, not yet said to be kept.

    Args:
        network: on the course's device; left in evaluation mode.
        course: see there.
        normalise: the network's.
        epoch: from 1.
        learned: the means of its steps.
        rate: the learning rate of its last step.
        started: by `time.monotonic`.
    """
    labels, sides = course.validation.own_labels, course.sides(epoch - 1)
    plain, stressed = (
        probabilities(logits_of(network, normalise, data, sides, course.compute), 1.0)
        for data in (course.validation, course.stressed)
    )
    return EpochResult(
        epoch=epoch,
        side=course.recipe.side_at(epoch - 1),
        learning_rate=rate,
        loss=learned.loss,
        accuracy=learned.accuracy,
        validation_loss=metrics.negative_log_likelihood(labels, plain),
        validation_accuracy=metrics.accuracy(labels, plain),
        validation_auc=metrics.mean_auc(labels, plain),
        stress_auc=metrics.mean_auc(labels, stressed),
        seconds=time.monotonic() - started,
        kept=False,
    )
