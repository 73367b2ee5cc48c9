"""What a training step makes small."""

import torch
from torch import Tensor
from torch.nn import functional

from screener.training.recipe import TrainRecipe


def class_weights(counts: Tensor) -> Tensor:
    """Weights by class, n / (n_class x classes): 1 each where all classes are equally common.

    Args:
        counts: pictures by class, K, each above 0.
    """
    return counts.sum() / (counts * len(counts))


def loss_of(logits: Tensor, targets: Tensor, recipe: TrainRecipe, weights: Tensor | None = None) -> Tensor:
    """The mean cross-entropy of `logits` (N x K) against `targets` (N, class indexes), a scalar.

    Args:
        logits: in any float type; the loss is reckoned in float32.
        targets: int64.
        recipe: its `label_smoothing` is spread over all classes (Szegedy et al., CVPR 2016).
        weights: by class, from `class_weights`; None for equal ones.
    """
    return functional.cross_entropy(
        logits.to(torch.float32), targets, weight=weights, label_smoothing=recipe.label_smoothing
    )


def distilled(loss: Tensor, logits: Tensor, teachers: Tensor, recipe: TrainRecipe) -> Tensor:
    """`loss` mixed with how far `logits` are from what the teachers say (Hinton et al., 2015), a scalar.

    Args:
        loss: against the labels.
        logits: N x K, in any float type.
        teachers: log-probabilities, float32 N x K.
        recipe: the divergence, at its `distillation_temperature` T and times T squared, so that its gradient
            does not shrink with T, makes up the share `distillation`.
    """
    heat = recipe.distillation_temperature
    wanted = functional.softmax(teachers / heat, dim=1)
    own = functional.log_softmax(logits.to(torch.float32) / heat, dim=1)
    divergence = functional.kl_div(own, wanted, reduction="batchmean") * heat**2
    return (1 - recipe.distillation) * loss + recipe.distillation * divergence
