"""What a training is asked for, and what it gives back. Standard library only."""

from dataclasses import dataclass
from pathlib import Path

from screener.models.card import ModelCard
from screener.training.labelled.findings import Preflight
from screener.training.progress import EpochResult


@dataclass(frozen=True, slots=True)
class DataOptions:
    """What may be done to data that are not as they should be.

    Attributes:
        allow_leakage: whether to go on although patients or pictures are on both sides of the split.
        skip_unreadable: whether to leave out files that cannot be decoded; else they stop the run.
        drop_blank: whether to leave out near-white and near-black pictures.
    """

    allow_leakage: bool = False
    skip_unreadable: bool = False
    drop_blank: bool = False


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What `screener train` was asked for.

    Attributes:
        data: a folder of class folders, a folder in Kaggle's PCam layout, or a CSV (see `labels`).
        task: a task's name, the path of a task TOML, or `auto` for the labels that the data have.
        positive: with `auto`, the labels that are looked for; empty where one label says that it is not.
        kind: with `auto`, `film`, `patch`, or `auto` for what the pictures look like.
        model: an architecture's name.
        out: the model folder to make; None for TASK-MODEL in the working folder.
        recipe: a recipe.json to start from; None for the architecture's and task's own.
        settings: `NAME=VALUE` changes of the recipe.
        split: a split.csv to reuse; None to draw one.
        pretrained: what the training starts from: a safetensors file, whose backbone it takes, a model
            folder, which gives its head too where its classes are the task's, or `imagenet` for what
            torchvision publishes.
        teachers: model folders whose verdicts the network learns besides the labels.
        origin: where the data come from, for the card: the name of a known data set, or a TOML with its
            fields; "" where that is not said.
        cache: folder for decoded films; None for the user's own.
        device: `auto`, `cpu`, `cuda` or `mps`.
        threads: of the CPU; 0 for all.
        int8: whether model.int8.onnx is made too.
        resume: whether an unfinished training into the same folder is gone on with.
        options: what may be done to data that are not as they should be.
        tensorboard: folder for TensorBoard's log; None for none.
    """

    data: Path
    task: str = "pneumonia"
    positive: tuple[str, ...] = ()
    kind: str = "auto"
    model: str = "resnet34"
    out: Path | None = None
    recipe: Path | None = None
    settings: tuple[str, ...] = ()
    split: Path | None = None
    pretrained: Path | None = None
    teachers: tuple[Path, ...] = ()
    origin: str = ""
    cache: Path | None = None
    device: str = "auto"
    threads: int = 0
    int8: bool = False
    resume: bool = False
    options: DataOptions = DataOptions()
    tensorboard: Path | None = None


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What a training made.

    Attributes:
        out: the model folder, ready to scan with.
        card: its card.
        history: of all epochs.
        trained_on: pictures learned from.
        validated_on: pictures kept aside.
        seconds: wall time of this run.
        notes: what the user should know.
    """

    out: Path
    card: ModelCard
    history: tuple[EpochResult, ...]
    trained_on: int
    validated_on: int
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a look at the data alone found.

    Attributes:
        found: see `Preflight`.
        remarks: what of it a model's card would say, a sentence each.
        folder: where it is written: preflight.json, and the split that a training would have.
        seconds: wall time.
    """

    found: Preflight
    remarks: tuple[str, ...]
    folder: Path
    seconds: float
