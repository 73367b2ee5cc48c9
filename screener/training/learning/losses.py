"""What a training step makes small."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from screener.training.recipes.recipe import TrainRecipe


def class_weights(counts: Tensor) -> Tensor:
    """Weights by class, n / (n_class x classes): 1 each where all classes are equally common.

    Args:
        counts: pictures by class, K, each above 0.
    """
    return counts.sum() / (counts * len(counts))


def total_weight(targets: Tensor, weights: Tensor | None) -> Tensor | int:
    """What a mean over `targets` is divided by: their number, or the sum of their classes' `weights`."""
    if weights is None:
        return len(targets)
    return (_shares(targets, len(weights)) * weights).sum()


def loss_of(
    logits: Tensor,
    targets: Tensor,
    recipe: TrainRecipe,
    weights: Tensor | None = None,
    total: Tensor | int | None = None,
) -> Tensor:
    """The mean loss of `logits` (N x K) against `targets`, a scalar.

    Args:
        logits: in any float type; the loss is reckoned in float32.
        targets: class indexes, int64 N, or shares of the classes, float32 N x K, that sum to 1.
        recipe: its `loss` is cross-entropy, or the same times (1 - share)^`focal_gamma` by class (Lin et al.,
            ICCV 2017); its `label_smoothing` is spread over all classes (Szegedy et al., CVPR 2016).
        weights: by class, from `class_weights`; None for equal ones.
        total: the `total_weight` of the whole batch where these pictures are a part of it; None for theirs.
    """
    told = functional.log_softmax(logits.to(torch.float32), dim=1)
    classes = logits.shape[1]
    wanted = _shares(targets, classes) * (1 - recipe.label_smoothing) + recipe.label_smoothing / classes
    cost = -told
    if recipe.loss == "focal":
        # Held off 0, where a power below 1 has no slope.
        cost = cost * (1 - told.exp()).clamp_min(1e-6) ** recipe.focal_gamma
    if weights is not None:
        cost = cost * weights
    return (wanted * cost).sum() / (total_weight(targets, weights) if total is None else total)


def distilled(
    loss: Tensor, logits: Tensor, teachers: Tensor, recipe: TrainRecipe, share: float = 1.0
) -> Tensor:
    """`loss` mixed with how far `logits` are from what the teachers say (Hinton et al., 2015), a scalar.

    Args:
        loss: against the labels.
        logits: N x K, in any float type.
        teachers: log-probabilities, float32 N x K.
        recipe: the divergence, at its `distillation_temperature` T and times T squared, so that its gradient
            does not shrink with T, makes up the share `distillation`.
        share: of the batch that these pictures are, where they are a part of it.
    """
    heat = recipe.distillation_temperature
    wanted = functional.softmax(teachers / heat, dim=1)
    own = functional.log_softmax(logits.to(torch.float32) / heat, dim=1)
    divergence = functional.kl_div(own, wanted, reduction="batchmean") * heat**2
    return (1 - recipe.distillation) * loss + recipe.distillation * share * divergence


def cka_distance(own: Tensor, theirs: Tensor) -> Tensor:
    """How unlike two networks' feature maps of the same pictures are: 1 less linear CKA, a scalar 0..1.

    Centred kernel alignment (Kornblith et al., ICML 2019) asks whether the same places of the same pictures
    lie near each other in both, whatever the numbers of channels, and is blind to rotation and scale.

    Args:
        own: N x D x h x w, in any float type.
        theirs: N x D' x h' x w' of the same pictures; both are averaged to the coarser of the two grids.
    """
    grid = min(own.shape[2], theirs.shape[2]), min(own.shape[3], theirs.shape[3])
    rows = []
    for maps in (own, theirs):
        pooled = functional.adaptive_avg_pool2d(maps.to(torch.float32), grid)
        places = pooled.permute(0, 2, 3, 1).flatten(0, 2)
        rows.append(places - places.mean(dim=0))
    mine, other = rows
    shared = torch.linalg.matrix_norm(other.T @ mine)
    # In place of the sides' own lengths where a map is the same everywhere: then nothing is alike.
    least = torch.finfo(torch.float32).tiny
    lengths = torch.linalg.matrix_norm(mine.T @ mine) * torch.linalg.matrix_norm(other.T @ other)
    alike: Tensor = shared**2 / lengths.clamp_min(least)
    return 1 - alike


def l1_norm(parameters: Iterable[nn.Parameter]) -> Tensor:
    """The sum of the absolute values of the weights that learn, vectors (biases, norms) aside, a scalar."""
    kept = [p.abs().sum() for p in parameters if p.requires_grad and p.ndim > 1]
    return torch.stack(kept).sum()


def _shares(targets: Tensor, classes: int) -> Tensor:
    return targets if targets.is_floating_point() else functional.one_hot(targets, classes).float()
