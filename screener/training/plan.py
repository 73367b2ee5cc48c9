"""A training request with every name looked up and every default decided."""

from dataclasses import dataclass
from pathlib import Path

from screener.errors import OutputTaken, UsageError
from screener.models.architectures import Architecture, architecture_named
from screener.records import InputSpec, Task
from screener.tasks.load import task_named
from screener.training.labelled.findings import PREFLIGHT
from screener.training.labelled.own_task import AUTO, own_task
from screener.training.labelled.splits import SPLIT
from screener.training.origins import Origin, load_origin
from screener.training.recipes.defaults import default_recipe, input_spec
from screener.training.recipes.recipe import TrainRecipe
from screener.training.recipes.stored import RECIPE, read_recipe
from screener.training.request import TrainRequest

KIND = "training"
LOCK = f"{KIND}.lock"

FIRST = frozenset((LOCK, PREFLIGHT, SPLIT, RECIPE))
"""What is in `Plan.working` before the first step; where there is no more, there is nothing to go on with."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What will be done.

    Attributes:
        request: as asked for.
        task: see `Task`.
        architecture: of the network.
        recipe: see `TrainRecipe`.
        spec: the model's input.
        origin: of the data, in words.
        out: the model folder to be made.
    """

    request: TrainRequest
    task: Task
    architecture: Architecture
    recipe: TrainRecipe
    spec: InputSpec
    origin: Origin
    out: Path

    @property
    def working(self) -> Path:
        """Where a training keeps what it has until the model is whole: beside it."""
        return self.out.with_name(f"{self.out.name}.training")

    @property
    def is_begun(self) -> bool:
        """Whether there is something of a training there to go on with."""
        return self.working.is_dir() and any(path.name not in FIRST for path in self.working.iterdir())

    @property
    def checkpoints(self) -> Path:
        """Of those, the folder of what `--resume` goes on from."""
        return self.working / "checkpoints"

    @property
    def checked(self) -> Path:
        """Where findings go that stop a training, or that alone were asked for: beside it too."""
        return self.out.with_name(f"{self.out.name}.check")


def make_plan(request: TrainRequest) -> Plan:
    """The plan of `request`; nothing is read but what it names, and nothing is written.

    Raises:
        UnknownName: no such task, model, origin or recipe value.
        UsageError: an unfinished training is there and `resume` is not asked for, or options exclude each
            other.
        OutputTaken: the model folder is there.
    """
    task = own_task(request) if request.task == AUTO else task_named(request.task)
    if request.positive and request.task != AUTO:
        raise UsageError(f"--positive is for --task {AUTO}; task {task.name} defines what is looked for")
    if request.kind != AUTO and request.task != AUTO:
        raise UsageError(f"--kind is for --task {AUTO}; the pictures of task {task.name} are {task.kind}s")
    architecture = architecture_named(request.model)
    recipe = read_recipe(request.recipe) if request.recipe else default_recipe(task, architecture)
    recipe = recipe.with_settings(request.settings)
    if request.pretrained and recipe.initialiser != "default":
        raise UsageError(
            f"initialiser={recipe.initialiser} and --pretrained both set the starting weights; leave one out"
        )
    if architecture.grown and (request.pretrained or request.teachers or request.int8):
        raise UsageError(
            f"{architecture.name} is fitted to the data in one step; leave out --pretrained, --teacher and "
            "--int8"
        )
    out = (request.out or Path(f"{task.name}-{architecture.name}")).absolute()
    data = request.data.absolute()
    if data.is_dir() and out.is_relative_to(data):
        raise UsageError(
            f"--out {out} lies among the pictures of --data, and the next training would learn from its "
            "plots; name a folder elsewhere"
        )
    if out.exists():
        raise OutputTaken(f"--out {out} is already there; name another folder or remove it")
    spec = input_spec(task, architecture, recipe)
    plan = Plan(request, task, architecture, recipe, spec, load_origin(request.origin), out)
    if plan.is_begun and not request.resume:
        raise UsageError(
            f"{plan.working} holds an unfinished training; if none is running there, continue with "
            "--resume, or remove that folder"
        )
    return plan
