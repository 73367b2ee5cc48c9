"""The recipe and the input that a task and an architecture get where the user does not say."""

from screener.errors import UsageError
from screener.models.architectures import Architecture
from screener.models.network import Network
from screener.records import InputSpec, Task
from screener.training.recipes.recipe import TrainRecipe


def default_recipe(task: Task, architecture: Architecture) -> TrainRecipe:
    """The recipe to start from: two growing sizes for films, one size for patches and small networks."""
    if architecture.grown:
        return TrainRecipe(stages=((architecture.size, 1),), augmentation="none", precision="float32")
    if task.kind == "patch":
        return TrainRecipe(stages=((96, 15),), augmentation="patch")
    if architecture.size != 224:
        return TrainRecipe(stages=((architecture.size, 30),))
    if architecture.dense:
        return TrainRecipe(stages=((architecture.size, 19),))
    return TrainRecipe()


def input_spec(task: Task, architecture: Architecture, recipe: TrainRecipe) -> InputSpec:
    """The model's input: square, of the recipe's last size, colour where task and network both have it."""
    colour = "rgb" if task.kind == "patch" and len(architecture.mean) == 3 else "grey"
    return InputSpec(
        width=recipe.side,
        height=recipe.side,
        colour=colour,
        mean=architecture.mean,
        std=architecture.std,
        centre=recipe.crop,
    )


def check_stages(network: Network, architecture: Architecture, recipe: TrainRecipe) -> None:
    """Refuse growing sizes for a network whose dense head is cut to one size.

    Raises:
        UsageError: the recipe has them.
    """
    if not network.pooled and len({side for side, _ in recipe.stages}) > 1:
        raise UsageError(
            f"{architecture.name} takes one input size; set stages={recipe.side}x{recipe.epochs}"
        )
