"""Pictures mixed with one another, and their labels with them."""

from torch import Tensor
from torchvision.transforms import v2

from screener.training.recipes.recipe import TrainRecipe


def mixed(levels: Tensor, labels: Tensor, recipe: TrainRecipe, classes: int) -> tuple[Tensor, Tensor]:
    """The batch as the recipe's `mixup` (Zhang et al., ICLR 2018) and `cutmix` (Yun et al., ICCV 2019) say.

    Args:
        levels: grey levels, float32 N x C x H x W.
        labels: int64 N.
        recipe: see there; where both are on, one of the two is drawn. Draws are torch's own, on the CPU.
        classes: K.

    Returns:
        The pictures, each mixed with its neighbour in the batch, and float32 N x K shares that sum to 1;
        both as they came where the recipe mixes nothing.
    """
    ways: list[v2.Transform] = []
    if recipe.mixup:
        ways.append(v2.MixUp(alpha=recipe.mixup, num_classes=classes))
    if recipe.cutmix:
        ways.append(v2.CutMix(alpha=recipe.cutmix, num_classes=classes))
    if not ways:
        return levels, labels
    pictures, shares = v2.RandomChoice(ways)(levels, labels)
    return pictures, shares
