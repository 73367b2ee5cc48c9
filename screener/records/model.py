"""What a model looks for, what it reads, and where its thresholds lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """What is looked for in which kind of picture; read from `screener/tasks/NAME.toml`.

    Attributes:
        name: `pneumonia`, for example.
        title: in a reader's words, "Chest film: pneumonia".
        kind: `film` (grey) or `patch` (colour).
        labels: the classes in the order of the model's outputs.
        positive: the labels whose summed probability is the score of a row.
        modalities: DICOM modalities (0008,0060) in scope; empty where any will do.
        aliases: from a folder name or a label in a CSV, in lower case, to a label.
        name_patterns: (regular expression, label) pairs tried on a file's name before its folder's.
        group_pattern: a regular expression on a file's stem whose first group, or all it matches where it
            has no group, names the patient.
        adult_caution: whether an adult's film deserves a caution.
    """

    name: str
    title: str
    kind: str
    labels: tuple[str, ...]
    positive: tuple[str, ...]
    modalities: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    name_patterns: tuple[tuple[str, str], ...] = ()
    group_pattern: str = ""
    adult_caution: bool = False


@dataclass(frozen=True, slots=True)
class InputSpec:
    """How a picture becomes a model's input; stands in the model's card, so it can't drift from the weights.

    Attributes:
        width: columns of the input.
        height: rows of the input.
        colour: `grey` (one channel) or `rgb` (three).
        fit: `squash` (both sides to size, the shape lost), `pad` (longer side to size, black around) or
            `crop` (shorter side to size, the centre kept).
        interpolation: `bilinear` or `bicubic`, both antialiased (Pillow's).
        mean: by channel of the network, on 0..1; applied inside the network's graph, here to be read.
        std: likewise.
        percentiles: the grey levels that become black and white where a film of more than 8 bits names
            no window.
        centre: share of the picture's width and height, about its middle, that is looked at; 1 for all.
    """

    width: int = 224
    height: int = 224
    colour: str = "grey"
    fit: str = "squash"
    interpolation: str = "bilinear"
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    percentiles: tuple[float, float] = (0.5, 99.5)
    centre: float = 1.0

    @property
    def channels(self) -> int:
        """Channels of the uint8 input: 1 or 3."""
        return 1 if self.colour == "grey" else 3


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured share and its 95 % interval, all on 0..1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold with a name, and what it does on validation films.

    Attributes:
        name: `sensitive`, `balanced` or `specific`.
        threshold: a score at or above it is called positive.
        sensitivity: the share of positives called positive.
        specificity: the share of negatives called negative.
    """

    name: str
    threshold: float
    sensitivity: Interval
    specificity: Interval

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> OperatingPoint:
        """The point that JSON holds as `dataclasses.asdict` gave it.

        Raises:
            KeyError, TypeError, ValueError: it holds none.
        """
        shares = (Interval(**fields[name]) for name in ("sensitivity", "specificity"))
        return cls(fields["name"], float(fields["threshold"]), *shares)
