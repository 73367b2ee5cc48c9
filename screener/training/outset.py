"""What a training has before it looks at its data: a device, a network and its first weights, teachers."""

import tempfile
from dataclasses import dataclass, replace

import torch

from screener.errors import OutputError, UsageError
from screener.models.architectures import build
from screener.models.network import Network
from screener.training.learning.allocator import keep_freed_memory
from screener.training.learning.device import Compute, choose_compute
from screener.training.learning.freezing import freeze_parts
from screener.training.learning.initialisers import initialise
from screener.training.learning.pretrained import load_start
from screener.training.learning.published import IMAGENET, published_weights
from screener.training.learning.ranks import ALONE, Ranks
from screener.training.learning.state import precision_before
from screener.training.learning.teachers import Teacher, load_teachers
from screener.training.plan import Plan, make_plan
from screener.training.recipes.defaults import check_stages
from screener.training.request import TrainRequest


@dataclass(frozen=True, slots=True, eq=False)
class Outset:
    """Everything but the data.

    Attributes:
        plan: see `Plan`; `--pretrained imagenet` is replaced by the file that it stands for.
        compute: device and precision.
        network: with the weights that the training begins with, on the CPU.
        teachers: models to learn from.
        notes: on those weights, a sentence each.
    """

    plan: Plan
    compute: Compute
    network: Network
    teachers: tuple[Teacher, ...]
    notes: tuple[str, ...]


def set_out(request: TrainRequest, ranks: Ranks = ALONE) -> Outset:
    """The outset of `request`, whether it is to be trained or only checked.

    Raises:
        ScreenerError: see `commands.train`; for whatever of the request cannot be, the data apart.
    """
    plan = _with_start(make_plan(request))
    request = plan.request
    if ranks.leads:
        _check_place(plan)
    if request.threads:
        torch.set_num_threads(request.threads)
    before = precision_before(plan.checkpoints)
    compute = choose_compute(request.device, plan.recipe.precision, before)
    compute = replace(compute, precision=ranks.told(lambda: compute.precision))
    if compute.device.type == "cpu":
        keep_freed_memory()
    # Of cuDNN's kernels always the same: those that give the same bits for the same seed.
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    torch.manual_seed(plan.recipe.seed)
    network = build(plan.architecture.name, plan.spec, len(plan.task.labels), plan.recipe.dropout)
    check_stages(network, plan.architecture, plan.recipe)
    initialise(network, plan.recipe.initialiser)
    freeze_parts(network, plan.recipe.freeze)
    notes = _started(network, plan)
    if plan.recipe.freeze and not request.pretrained:
        notes = (
            *notes,
            f"freeze={plan.recipe.freeze} without --pretrained: that part stays as it began, random",
        )
    return Outset(plan, compute, network, _taught(plan, compute), notes)


def _started(network: Network, plan: Plan) -> tuple[str, ...]:
    """Load the weights to start from, if any: notes on what they were.

    Raises:
        UsageError: they are to keep a share, and there are none, or not for the whole network.
    """
    start, share = plan.request.pretrained, plan.recipe.start_share
    if start is not None:
        return load_start(network, start, plan.task.labels, whole=share > 0)
    if share:
        raise UsageError(
            f"--set start_share={share:g}: that is a share of the weights to start from; "
            "name a model folder: --pretrained FOLDER"
        )
    return ()


def _taught(plan: Plan, compute: Compute) -> tuple[Teacher, ...]:
    """The models to learn from, if any.

    Raises:
        UsageError: one cannot teach this task, or there are none whose features the recipe could mean.
        ModelError: see `load_teachers`.
    """
    share = plan.recipe.feature_distillation
    if share and not plan.request.teachers:
        raise UsageError(
            f"--set feature_distillation={share:g}: it compares the network's features with a trained "
            "model's; name its folder: --teacher FOLDER"
        )
    return load_teachers(plan.request.teachers, plan.task, plan.spec, compute)


def _check_place(plan: Plan) -> None:
    """Raises OutputError where the model folder could not be made, before hours are spent on it."""
    try:
        plan.out.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(prefix=".screener-", dir=plan.out.parent).cleanup()
    except OSError as error:
        raise OutputError(
            f"--out {plan.out}: {plan.out.parent} is not a folder that can be written to "
            f"({error.strerror or error}); name another"
        ) from error


def _with_start(plan: Plan) -> Plan:
    """The plan, `--pretrained imagenet` replaced by the file that it stands for."""
    named = plan.request.pretrained
    if named is None or str(named) != IMAGENET or named.exists():
        return plan
    return replace(plan, request=replace(plan.request, pretrained=published_weights(plan.architecture)))
