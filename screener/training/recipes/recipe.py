"""How a network is trained: every choice that changes the result, checked, and saved beside the weights."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from screener.errors import UnknownName, UsageError
from screener.training.recipes.choices import FREEZE, NAMED, RANGES

RATES = ("lr", "backbone_lr")
"""The fields that a training which goes on may change for what is ahead of it."""


@dataclass(frozen=True, slots=True)
class TrainRecipe:
    """All settings of a training. With the data and the machine they decide the weights.

    Attributes:
        stages: (side in pixels, epochs), in order: starting with small pictures teaches the same at less
            cost. The last side is the model's input; only its epochs are candidates for the kept weights.
        crop: share of each side, about the picture's middle, that the model reads; 1 for the whole picture.
        batch: pictures per step.
        accumulate: parts into which a step is divided if a batch does not fit into memory; their gradients
            add up to the batch's. Batch norm sees one part at a time.
        optimiser: of `OPTIMISERS`.
        lr: the highest learning rate of the schedule.
        backbone_lr: the same for the backbone alone; `lr` is then for the neck and the head. None means `lr`.
        freeze: which part of the backbone is not trained: `all`; a number of its stages, counted from the
            input (each stage begins with a convolution or is a block of them); or names, `conv1,layer1`.
        initialiser: of `INITIALISERS`: how convolutions and linear layers are initialised; `default` is the
            architecture's own way. Not together with weights to start from.
        momentum: for `momentum` (Polyak's), `sgd` (Nesterov's; 0 is plain descent) and `rmsprop`.
        weight_decay: L2, decoupled with `adamw`, else added to the gradient; not on biases and norms.
        l1: factor of the sum of all weights' absolute values, added to the loss; not on biases and norms.
        schedule: of `SCHEDULES`.
        warmup: share of all steps in which the rate rises, for `cosine` and `one-cycle`.
        step_every: `step` lowers the rate each time after this many epochs.
        step_factor: `step` multiplies the rate by this.
        restart_every: epochs of the first period of `warm-restarts`.
        restart_growth: each later period is this many times as long as the one before.
        loss: of `LOSSES`.
        focal_gamma: how much `focal` reduces the weight of pictures already told well; 0 is cross-entropy.
        label_smoothing: share of the target that is spread over all classes, 0..1.
        class_weights: whether the loss weighs each class by n / (n_class x classes).
        balanced: whether each epoch draws every class equally often.
        distillation: share of the loss that comes from the teachers, if any; the rest comes from the labels.
        distillation_temperature: divides the teachers' and the network's logits before they are compared;
            above 1 the less likely classes count for more.
        feature_distillation: factor of the difference between the network's last feature map and the
            teachers' (1 minus their linear CKA), added to the loss; 0 for none. Needs a teacher. Useful for a
            network that starts with little: the teacher's features say more than two classes do.
        clip: the largest norm of the gradient; 0 for no limit.
        dropout: share of features dropped; None for the architecture's own.
        ema: decay per step of the averaged weights, which are the ones kept; 0 keeps the latest weights.
        start_share: share of the starting weights in the kept weights, 0..1; the averaged weights have the
            rest. Steadier on films unlike the training films (WiSE-FT, Wortsman et al., 2022). Needs a model
            to start from with the same classes.
        patience: the training ends after this many epochs without a better score at the model's own size; 0
            for never.
        augmentation: of `AUGMENTATIONS`; `r0-cnn`, `r0-resnet` and `r3` are those of the reference
            experiments, for comparison.
        strength: strength of the augmentation: 1 as designed, 0 none.
        mixup: both parameters of the Beta distribution of the share in which pictures are mixed; 0 for none.
        cutmix: the same for the area pasted from another picture; 0 for none. With `mixup` as well, each step
            draws one of the two. Not for patches whose label is about their centre alone.
        validation: share of the pictures held out, if the data do not say which.
        judged_on: of `JUDGED_ON`; the validation pictures that choose the kept weights and settle the
            classes' offsets: `both` plain and stressed ones, or only `plain` ones, which suits a comparison
            on films like the training films. Temperature and thresholds always come from both.
        seed: seed of the split, the weights and every random draw.
        precision: of `PRECISIONS`; `auto` is bfloat16 if the device computes in it, `float16` is for NVIDIA's
            GPUs.
    """

    stages: tuple[tuple[int, int], ...] = ((112, 13), (160, 6))
    crop: float = 1.0
    batch: int = 64
    accumulate: int = 1
    optimiser: str = "adamw"
    lr: float = 1e-3
    backbone_lr: float | None = None
    freeze: str = ""
    initialiser: str = "default"
    momentum: float = 0.9
    weight_decay: float = 0.05
    l1: float = 0.0
    schedule: str = "one-cycle"
    warmup: float = 0.15
    step_every: int = 10
    step_factor: float = 0.1
    restart_every: int = 5
    restart_growth: float = 2.0
    loss: str = "cross-entropy"
    focal_gamma: float = 2.0
    label_smoothing: float = 0.05
    class_weights: bool = False
    balanced: bool = True
    distillation: float = 0.7
    distillation_temperature: float = 2.0
    feature_distillation: float = 0.0
    clip: float = 5.0
    dropout: float | None = None
    ema: float = 0.99
    start_share: float = 0.0
    patience: int = 0
    augmentation: str = "film"
    strength: float = 1.0
    mixup: float = 0.0
    cutmix: float = 0.0
    validation: float = 0.15
    judged_on: str = "both"
    seed: int = 0
    precision: str = "auto"

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant.

        Raises:
            UsageError: the message names the field.
            UnknownName: a name that is in no list.
        """
        for one in fields(self):
            _check_type(one.name, getattr(self, one.name), type(one.default))
        for field, known in NAMED.items():
            if getattr(self, field) not in known:
                raise UnknownName(field, str(getattr(self, field)), known)
        if not self.stages or any(side < 8 or epochs < 1 for side, epochs in self.stages):
            raise UsageError("recipe: stages must be SIDExEPOCHS, side at least 8 and epochs at least 1")
        for field, (low, high) in RANGES.items():
            value = getattr(self, field)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise UsageError(f"recipe: {field} is {value}; it must lie between {low:g} and {high:g}")
        for field in RATES:
            if getattr(self, field) == 0:
                raise UsageError(f"recipe: {field} must be above 0")
        if self.class_weights and self.balanced:
            raise UsageError(
                "recipe: class_weights and balanced both make up for rare classes; with class_weights=true "
                "set balanced=false"
            )
        if not re.fullmatch(FREEZE, self.freeze):
            raise UsageError("recipe: freeze must be a number of stages, `all`, or names: conv1,layer1")
        if self.batch < 2 * self.accumulate:
            raise UsageError(
                f"recipe: batch={self.batch} in accumulate={self.accumulate} parts leaves fewer than two "
                "pictures a part"
            )

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


_FIELDS = tuple(field.name for field in fields(TrainRecipe))
_OPTIONAL = ("backbone_lr", "dropout")
_TYPES: dict[type, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    str: ((str,), "a text"),
    type(None): ((int, float, type(None)), "a number or null"),
}
"""By the type of a field's default: what its value may be, and how that is said. JSON gives anything."""


def _check_type(name: str, value: object, default: type) -> None:
    """Raises UsageError for a value of a type that the field `name` cannot take; stages are apart."""
    if name == "stages":
        return
    kinds, said = _TYPES[type(None) if name in _OPTIONAL else default]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise UsageError(f"recipe: {name} is {value!r}; it must be {said}")


def goes_on(before: TrainRecipe, after: TrainRecipe, epochs: int) -> bool:
    """Whether a training that did `epochs` under `before` may go on under `after`.

    Of the stages what is still ahead may differ: a run may be shortened or lengthened, and may end at the
    size that it has reached. So may the precision, for it may be gone on with on another machine, and the
    rates, for what diverged goes on with lower ones.
    """
    behind = all(before.side_at(epoch) == after.side_at(epoch) for epoch in range(epochs))
    free = {name: getattr(after, name) for name in ("stages", "precision", *RATES)}
    return replace(before, **free) == after and behind and epochs <= after.epochs


def _parse(name: str, text: str) -> object:
    kind = type(getattr(TrainRecipe(), name))
    if name == "stages":
        found = [re.fullmatch(r"\s*(\d+)\s*[xX]\s*(\d+)\s*", stage) for stage in text.split(",")]
        if not all(found):
            raise ValueError("stages read SIDExEPOCHS,SIDExEPOCHS in whole numbers, such as 112x13,160x6")
        return tuple((int(stage[1]), int(stage[2])) for stage in found if stage)
    if kind is bool:
        if text.lower() not in ("true", "false", "yes", "no", "on", "off"):
            raise ValueError("it must be true or false")
        return text.lower() in ("true", "yes", "on")
    if name in _OPTIONAL:
        return None if text.lower() == "none" else _number(text, float, "a number or none")
    if kind is str:
        return text
    return _number(text, kind, "a whole number" if kind is int else "a number")


def _number(text: str, kind: type[int] | type[float], said: str) -> int | float:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"it must be {said}") from None
