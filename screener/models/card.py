"""A model's card: what it is, what it was trained on, how far it may be trusted. Standard library only.

A model folder holds card.json, model.onnx (the graph), model.safetensors (its weights, which the graph
refers to by offset, so they are stored once), where it was made model.int8.onnx (graph and weights in eight
bits), and plots. The card vouches for each file by sha256.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screener.errors import ModelAltered, ModelError, NoPrecision, UnknownName
from screener.records import BANDS, Band, InputSpec, Interval, OperatingPoint
from screener.records.swap import swap_in

CARD = "card.json"
GRAPH = "model.onnx"
WEIGHTS = "model.safetensors"
INT8_GRAPH = "model.int8.onnx"
SCHEMA = 1

_AUC_DROP = 0.002

MOST_CHANGE = 0.05
"""How far eight bits may move the probabilities of 99 in 100 pictures."""


Figure = Interval | float | None
"""What was measured, with its 95 % interval or without; None where there is no saying."""


@dataclass(frozen=True, slots=True)
class FileSeal:
    """The size and sha256 (hex) that a model file must have."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Quantised:
    """What is known of a model's graph in eight-bit integers.

    Attributes:
        temperature: its own; see `ModelCard`.
        operating_points: its own; see `ModelCard`.
        metrics: how far it moves from the full-precision graph on validation pictures.
    """

    temperature: float
    operating_points: tuple[OperatingPoint, ...]
    metrics: Mapping[str, float]

    @property
    def agrees(self) -> bool:
        """Whether this graph says what the full-precision one does.

        AUC falls by at most 0.002, plain and stressed, and 99 of 100 pictures move by at most 0.05.
        """
        return all(
            self.metrics.get(f"{side}auc_change", -1.0) >= -_AUC_DROP
            and self.metrics.get(f"{side}p99_change", 1.0) <= MOST_CHANGE
            for side in ("", "stress_")
        )


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All that is known of a trained model.

    Attributes:
        name: the folder's name: `pneumonia-resnet34`.
        task: the task's name.
        task_title: the task in a reader's words.
        architecture: the registered name of the network: `resnet34`.
        labels: in the order of the model's outputs.
        positive: the labels whose summed probability is a row's score.
        input: see `InputSpec`.
        temperature: logits are divided by it before the softmax.
        operating_points: `sensitive`, `balanced` and `specific`, thresholds rising.
        created: the day, ISO 8601.
        program: the version of screener that made it.
        outputs: the graph's outputs: `logits` (N x K), and where the network allows `maps`
            (N x K x h x w, class-activation maps) and `features` (N x D).
        intended_use: for a clinician.
        limitations: known failures and what it was not tested on, one sentence each.
        training: data (counts, origin, licence, citation, hash), split, recipe, seed: whatever a reader
            needs to do it again. Free-form, for people.
        metrics: measured on validation pictures, by name; those under stress begin with `stress_`.
        files: name -> seal, for every file of the folder but the card.
        int8: of model.int8.onnx; None where there is none.
    """

    name: str
    task: str
    task_title: str
    architecture: str
    labels: tuple[str, ...]
    positive: tuple[str, ...]
    input: InputSpec
    temperature: float
    operating_points: tuple[OperatingPoint, ...]
    created: str
    program: str
    outputs: tuple[str, ...] = ("logits",)
    intended_use: str = ""
    limitations: tuple[str, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Figure] = field(default_factory=dict)
    files: Mapping[str, FileSeal] = field(default_factory=dict)
    int8: Quantised | None = None

    def at(self, precision: str) -> "ModelCard":
        """The card that holds for scores made in `precision`, `fp32` or `int8`.

        Raises:
            NoPrecision: there is no int8 graph.
        """
        if precision != "int8":
            return self
        if self.int8 is None:
            raise NoPrecision(
                f"model {self.name} has no {INT8_GRAPH}; make one with: screener models quantise"
            )
        own = self.int8
        return dataclasses.replace(self, temperature=own.temperature, operating_points=own.operating_points)

    def cut_at(self, name: str) -> "ModelCard":
        """The card of a list that one operating point cuts in two; `bands` leaves the three bands.

        It has that point alone, so that no band lies between, and no report shows another threshold.

        Raises:
            UnknownName: the card has no point of that name.
        """
        if name == BANDS:
            return self
        names = [point.name for point in self.operating_points]
        if name not in names:
            raise UnknownName("operating point", name, [BANDS, *names])
        return dataclasses.replace(self, operating_points=(self.point(name),))

    def point(self, name: str) -> OperatingPoint:
        """The operating point called `name`.

        Raises:
            ModelError: the card has none of that name.
        """
        for point in self.operating_points:
            if point.name == name:
                return point
        raise ModelError(f"model {self.name} has no operating point '{name}'")

    def measured(self, name: str) -> float | None:
        """The figure called `name`, without its interval; None where the card does not say."""
        figure = self.metrics.get(name)
        return figure.value if isinstance(figure, Interval) else figure

    def band(self, score: float) -> Band:
        """Where `score` (0..1) lies: below the first operating point, at or above the last, or between."""
        if score < self.operating_points[0].threshold:
            return Band.NEGATIVE
        if score >= self.operating_points[-1].threshold:
            return Band.POSITIVE
        return Band.UNCERTAIN


def read_card(folder: Path) -> ModelCard:
    """The card of a model folder.

    Raises:
        ModelError: no card there, or one that this version cannot read.
    """
    path = folder / CARD
    try:
        fields = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is not a model folder: it has no {CARD}") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    try:
        return _card(fields)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(f"{path} is not a card that this version can read ({error!r})") from error


def write_card(card: ModelCard, folder: Path) -> ModelCard:
    """Seal every file of `folder` into the card, write card.json, and return the sealed card."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    files = {name: seal(folder / name) for name in names if name != CARD}
    card = dataclasses.replace(card, files=files)
    text = json.dumps({"schema": SCHEMA, **dataclasses.asdict(card)}, indent=2, ensure_ascii=False)
    unfinished = folder.parent / f".{folder.name}.{CARD}"
    unfinished.write_text(text + "\n", "utf-8")
    swap_in(unfinished, folder / CARD)
    return card


def verify(card: ModelCard, folder: Path, only: tuple[str, ...] = ()) -> None:
    """Check the folder's files (or those named) against the card's seals.

    Raises:
        ModelAltered: a file is missing, or is not the one that the card vouches for.
    """
    for name in only or tuple(card.files):
        path = folder / name
        expected = card.files.get(name)
        if expected is None:
            raise ModelAltered(f"{path} is not listed in {CARD}; install the model again")
        try:
            found = seal(path)
        except OSError as error:
            raise ModelAltered(f"{path}: {error.strerror}; install the model again") from error
        if found != expected:
            raise ModelAltered(f"{path} does not match its {CARD}; install the model again")


def seal(path: Path) -> FileSeal:
    """The size and sha256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileSeal(file.tell(), digest)


def card_hash(folder: Path) -> str:
    """The sha256 of card.json, which seals all the rest: the model's identity in a scan store."""
    return seal(folder / CARD).sha256


def _card(fields: dict[str, Any]) -> ModelCard:
    if fields.pop("schema") != SCHEMA:
        raise ValueError(f"its schema is not {SCHEMA}")
    points = _points(fields.pop("operating_points"))
    sides: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in fields.pop("input").items()
    }
    files = {name: FileSeal(**s) for name, s in fields.pop("files").items()}
    for name in ("labels", "positive", "outputs", "limitations"):
        fields[name] = tuple(fields[name])
    fields["metrics"] = {
        name: Interval(**held) if isinstance(held, dict) else held
        for name, held in fields.get("metrics", {}).items()
    }
    int8 = _quantised(fields.pop("int8", None))
    card = ModelCard(input=InputSpec(**sides), operating_points=points, files=files, int8=int8, **fields)
    if not set(card.positive) < set(card.labels) or not card.positive:
        raise ValueError("positive must name some of the labels")
    if not card.temperature > 0:
        raise ValueError("temperature must be above 0")
    return card


def _points(found: list[dict[str, Any]]) -> tuple[OperatingPoint, ...]:
    points = tuple(map(OperatingPoint.of_fields, found))
    if not points or [p.threshold for p in points] != sorted(p.threshold for p in points):
        raise ValueError("operating points must be there, thresholds rising")
    return points


def _quantised(found: dict[str, Any] | None) -> Quantised | None:
    if found is None:
        return None
    if not found["temperature"] > 0:
        raise ValueError("temperature must be above 0")
    return Quantised(found["temperature"], _points(found["operating_points"]), found["metrics"])
