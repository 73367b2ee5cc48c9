"""How a network is trained: every choice that changes the result, checked, and saved beside the weights."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from screener.errors import UnknownName, UsageError

RECIPE = "recipe.json"
"""What a model folder calls its recipe."""

OPTIMISERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "one-cycle")
AUGMENTATIONS = ("film", "none", "patch")
PRECISIONS = ("auto", "bfloat16", "float32")


@dataclass(frozen=True, slots=True)
class TrainRecipe:
    """A training, whole but for the data. With them, the seed and the machine it decides the weights.

    Attributes:
        stages: (side in pixels, epochs), in order: small pictures first teach the same for less. The last
            side is the model's input; only its epochs are candidates for the weights that are kept.
        batch: pictures a step.
        optimiser: of `OPTIMISERS`.
        lr: the highest learning rate of the schedule.
        momentum: for `sgd` (Nesterov's) and `rmsprop`.
        weight_decay: decoupled with `adamw`, else added to the gradient; not on biases and norms.
        schedule: of `SCHEDULES`.
        warmup: share of all steps in which the rate rises, for `cosine` and `one-cycle`.
        label_smoothing: share of the target that is spread over all classes, 0..1.
        class_weights: whether the loss weighs each class by n / (n_class x classes).
        balanced: whether each epoch draws every class equally often.
        distillation: share of the loss that the teachers give, where there are any; the rest is the labels'.
        distillation_temperature: the teachers' and the network's logits are divided by it where they are
            compared; above 1 the less likely classes count for more.
        clip: the longest gradient, as a norm; 0 for any.
        dropout: share of features dropped; None for the architecture's own.
        ema: decay a step of the averaged weights, which are the ones kept.
        augmentation: of `AUGMENTATIONS`.
        strength: of the augmentation, 1 as designed, 0 none.
        validation: share of the pictures kept aside where the data do not say.
        seed: of the split, the weights and every draw.
        precision: of `PRECISIONS`; `auto` is bfloat16 where the device computes in it.
    """

    stages: tuple[tuple[int, int], ...] = ((112, 13), (160, 6))
    batch: int = 64
    optimiser: str = "adamw"
    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.05
    schedule: str = "one-cycle"
    warmup: float = 0.15
    label_smoothing: float = 0.05
    class_weights: bool = False
    balanced: bool = True
    distillation: float = 0.7
    distillation_temperature: float = 2.0
    clip: float = 5.0
    dropout: float | None = None
    ema: float = 0.99
    augmentation: str = "film"
    strength: float = 1.0
    validation: float = 0.15
    seed: int = 0
    precision: str = "auto"

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant.

        Raises:
            UsageError: the message names the field.
            UnknownName: a name that is in no list.
        """
        for field, known in _NAMED.items():
            if getattr(self, field) not in known:
                raise UnknownName(field, str(getattr(self, field)), known)
        if not self.stages or any(side < 8 or epochs < 1 for side, epochs in self.stages):
            raise UsageError("recipe: stages must be SIDExEPOCHS, side at least 8 and epochs at least 1")
        for field, (low, high) in _RANGES.items():
            value = getattr(self, field)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise UsageError(f"recipe: {field} is {value}; it must lie between {low:g} and {high:g}")
        if self.lr <= 0:
            raise UsageError("recipe: lr must be above 0")

    @property
    def epochs(self) -> int:
        """Epochs of all stages."""
        return sum(epochs for _, epochs in self.stages)

    @property
    def side(self) -> int:
        """Pixels on a side of the model's input."""
        return self.stages[-1][0]

    def side_at(self, epoch: int) -> int:
        """Pixels on a side in `epoch`, counted from 0."""
        for side, epochs in self.stages:
            if epoch < epochs:
                return side
            epoch -= epochs
        return self.side

    def with_settings(self, settings: Iterable[str]) -> "TrainRecipe":
        """This recipe with `name=value` settings applied; stages as `112x14,224x4`.

        Raises:
            UnknownName: no such field.
            UsageError: not of that form, or a value that its field cannot take.
        """
        changes: dict[str, Any] = {}
        for setting in settings:
            name, equals, text = setting.partition("=")
            name = name.strip().replace("-", "_")
            if not equals:
                raise UsageError(f"setting '{setting}' must read NAME=VALUE")
            if name not in _FIELDS:
                raise UnknownName("recipe field", name, _FIELDS)
            try:
                changes[name] = _parse(name, text.strip())
            except ValueError as error:
                raise UsageError(f"setting '{setting}': {error}") from None
        return replace(self, **changes)


_NAMED = {
    "optimiser": OPTIMISERS,
    "schedule": SCHEDULES,
    "augmentation": AUGMENTATIONS,
    "precision": PRECISIONS,
}
_RANGES: dict[str, tuple[float, float]] = {
    "batch": (2, 65536),
    "lr": (0, 100),
    "momentum": (0, 1),
    "weight_decay": (0, 10),
    "warmup": (0, 0.9),
    "label_smoothing": (0, 0.9),
    "distillation": (0, 1),
    "distillation_temperature": (0.1, 100),
    "clip": (0, 1e6),
    "dropout": (0, 0.95),
    "ema": (0, 0.99999),
    "strength": (0, 3),
    "validation": (0.01, 0.9),
    "seed": (0, 2**31 - 1),
}
_FIELDS = tuple(field.name for field in fields(TrainRecipe))


def write_recipe(recipe: TrainRecipe, path: Path) -> None:
    """Write the recipe as JSON, a line a field."""
    path.write_text(json.dumps(asdict(recipe), indent=2) + "\n", "utf-8")


def read_recipe(path: Path) -> TrainRecipe:
    """The recipe that `write_recipe` wrote, or a user's with some of the fields.

    Raises:
        UsageError: it cannot be read, or has a field of another name.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        return recipe_of(values)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"recipe {path} cannot be read: {error}") from error


def recipe_of(values: dict[str, Any]) -> TrainRecipe:
    """The recipe with JSON's `values`.

    Raises:
        TypeError: a field of another name, or a value of another type.
    """
    stages = values.get("stages")
    if stages is not None:
        values = {**values, "stages": tuple((int(side), int(epochs)) for side, epochs in stages)}
    return TrainRecipe(**values)


def goes_on(before: TrainRecipe, after: TrainRecipe, epochs: int) -> bool:
    """Whether a training that did `epochs` under `before` may go on under `after`.

    Only the stages may differ, and of them only what is still ahead: a run may be shortened or lengthened,
    and may end at the size that it has reached.
    """
    behind = all(before.side_at(epoch) == after.side_at(epoch) for epoch in range(epochs))
    same = replace(before, stages=after.stages) == after
    return same and behind and epochs <= after.epochs


def _parse(name: str, text: str) -> object:
    kind = type(getattr(TrainRecipe(), name))
    if name == "stages":
        pairs = [stage.lower().split("x") for stage in text.split(",")]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError("stages read SIDExEPOCHS,SIDExEPOCHS")
        return tuple((int(side), int(epochs)) for side, epochs in pairs)
    if kind is bool:
        if text.lower() not in ("true", "false", "yes", "no", "on", "off"):
            raise ValueError("it must be true or false")
        return text.lower() in ("true", "yes", "on")
    if name == "dropout":
        return None if text.lower() == "none" else float(text)
    return kind(text)
