"""Where a training stands, its tensors apart: what a checkpoint's facts.json holds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from screener.training.learning.partway import Partway
from screener.training.progress import EpochResult
from screener.training.recipes.recipe import TrainRecipe
from screener.training.recipes.stored import recipe_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a training has come, and under what it came there.

    Attributes:
        epoch: epochs behind us.
        identity: see `Course`.
        recipe: that it followed.
        precision: that it computed in, never `auto`.
        steps: that the averaged weights were averaged over.
        best_score: of the best weights; None before there are any, for JSON knows no infinity.
        history: of the epochs behind us.
        changes: how the recipe was changed on the way, in words.
        scaler: of gradients in float16, as PyTorch tells it; empty in another precision.
        parts: that a batch is done in.
        partway: how far the next epoch has come.

    Raises:
        ValueError: no training can stand there.
    """

    epoch: int
    identity: str
    recipe: TrainRecipe
    precision: str
    steps: int
    best_score: float | None
    history: tuple[EpochResult, ...]
    changes: tuple[str, ...]
    scaler: Mapping[str, Any]
    parts: int
    partway: Partway

    def __post_init__(self) -> None:
        counts = (self.epoch, self.steps, self.parts, self.partway.steps)
        if any(type(count) is not int or count < 0 for count in counts) or len(self.history) != self.epoch:
            raise ValueError("it is not of a training")

    def fields(self) -> dict[str, Any]:
        """As JSON."""
        return {"steps_of_next": self.partway.steps, **asdict(self)}

    @classmethod
    def of_fields(cls, found: Any) -> "Standing":
        """The standing that JSON holds as `fields` gave it.

        Raises:
            ValueError: it holds none.
            UsageError: its recipe is none that this version knows.
        """
        try:
            own = {name: value for name, value in found.items() if name != "steps_of_next"}
            own["recipe"] = recipe_of(own["recipe"])
            own["history"] = tuple(EpochResult(**result) for result in own["history"])
            own["changes"] = tuple(own["changes"])
            own["partway"] = Partway(**own["partway"])
            return cls(**own)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("it is not of a training") from error
