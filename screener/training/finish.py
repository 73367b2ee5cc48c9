"""From trained weights to a model folder: exported, measured, calibrated, described, moved in whole."""

import dataclasses
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from screener import __version__
from screener.engines.openvino import OpenVinoEngine
from screener.engines.scores import probabilities
from screener.errors import ModelError, OutputError
from screener.images.judging.gate import Gate, write_gate
from screener.models.card import ModelCard, read_card, write_card
from screener.models.catalogue import TASK
from screener.models.network import Network, Normalise
from screener.reports.html.model_card import MAPS, PAGE, card_page
from screener.tasks.load import NAMES, write_task
from screener.training.export import plots
from screener.training.export.calibrate import calibrate, fit_offsets
from screener.training.export.describe import Beginning, describe_metrics, describe_training
from screener.training.export.gate import fit_gate
from screener.training.export.graphs import export_network, round_weights
from screener.training.export.logbook import LOGBOOK, write_logbook
from screener.training.export.where import mean_picture, outcomes, plot_outcomes
from screener.training.labelled.findings import PREFLIGHT, write_preflight
from screener.training.labelled.preflight import Prepared
from screener.training.labelled.splits import SPLIT, write_split
from screener.training.learning.device import Compute
from screener.training.learning.history import HISTORY, write_history
from screener.training.learning.predict import engine_logits, logits_of
from screener.training.plan import Plan
from screener.training.progress import EpochResult
from screener.training.recipes.stored import RECIPE, write_recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KNOWN_TO_GATE = 20_000
PARITY = 1e-3
"""The most that a probability may differ between PyTorch and OpenVINO."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What the exported model said of the validation pictures.

    Attributes:
        plain: logits, float32, M x K.
        stressed: likewise, of the stressed ones.
        parity: the largest difference of a probability from PyTorch's.
    """

    plain: "NDArray[np.float32]"
    stressed: "NDArray[np.float32]"
    parity: float


def finish(
    network: Network,
    history: Sequence[EpochResult],
    data: Prepared,
    plan: Plan,
    beginning: Beginning,
) -> ModelCard:
    """The sealed card of the model folder at `plan.out`, which appears there whole.

    Args:
        network: trained; its weights are rounded in place and moved to the CPU.
        history: of all epochs.
        data: what it was trained and validated on.
        plan: see `Plan`.
        beginning: what the weights come from, and the machine.

    Raises:
        ModelError: the exported graph does not say what the network does.
        OutputError: the folder cannot be written.
    """
    staging = plan.working / "model"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    round_weights(network)
    expected = _settle_offsets(network, plan, data)
    outputs = export_network(network, plan.spec, staging)
    card = write_card(_first_card(plan, outputs), staging)
    measured = _measure(card, data, expected, staging)
    temperature, points = calibrate(card, data, measured.plain, measured.stressed)
    card = dataclasses.replace(card, temperature=temperature, operating_points=points)
    _write_evidence(card, measured, history, data, plan, staging)
    _write_maps(card, data, staging)
    write_gate(_gate(data, plan), staging)
    card = dataclasses.replace(
        card,
        metrics=describe_metrics(card, measured.plain, measured.stressed, measured.parity, data),
        training=describe_training(plan, data, history, beginning),
    )
    (staging / PAGE).write_text(card_page(card, staging), "utf-8")
    write_logbook(card, plan.recipe, history, data.preflight, staging / LOGBOOK)
    write_card(card, staging)
    try:
        staging.rename(plan.out)
    except OSError as error:
        raise OutputError(f"--out {plan.out}: {error.strerror}; the model is in {staging}") from error
    return read_card(plan.out)


def _gate(data: Prepared, plan: Plan) -> Gate:
    """The scope gate, fitted to plain pictures of both sides of the split, as many as memory is meant for."""
    draw = np.random.default_rng(plan.recipe.seed)
    known, held_out = (
        np.stack([side.pixels[row] for row in np.sort(draw.permutation(side.rows)[:_KNOWN_TO_GATE])])
        for side in (data.train, data.validation)
    )
    return fit_gate(known, held_out, plan.task.kind, plan.recipe.seed)


def _first_card(plan: Plan, outputs: tuple[str, ...]) -> ModelCard:
    return ModelCard(
        name=plan.out.name,
        task=plan.task.name,
        task_title=plan.task.title,
        architecture=plan.architecture.name,
        labels=plan.task.labels,
        positive=plan.task.positive,
        input=plan.spec,
        temperature=1.0,
        operating_points=(),
        created=time.strftime("%Y-%m-%d"),
        program=__version__,
        outputs=outputs,
        intended_use=plan.origin.intended_use,
        limitations=plan.origin.limitations,
    )


def _settle_offsets(network: Network, plan: Plan, data: Prepared) -> "NDArray[np.float32]":
    """The network's logits of the validation pictures, after its last bias took up the classes' offsets."""
    side = (plan.spec.height, plan.spec.width)
    exact = Compute(torch.device("cpu"), "float32")
    network.cpu()
    plain, stressed = (
        logits_of(network, Normalise(plan.spec), part, side, exact)
        for part in (data.validation, data.stressed)
    )
    judging = [plain] if plan.recipe.judged_on == "plain" else [plain, stressed]
    labels = np.tile(data.validation.own_labels, len(judging))
    offsets = fit_offsets(labels, np.concatenate(judging)).astype(np.float32)
    with torch.no_grad():
        network.head.bias.add_(torch.from_numpy(offsets))
    return plain + offsets


def _measure(card: ModelCard, data: Prepared, expected: "NDArray[np.float32]", folder: Path) -> Measured:
    """What the exported graph says, held against the network's own logits `expected`."""
    with closing(OpenVinoEngine(folder, card, torch.get_num_threads())) as engine:
        plain, stressed = (engine_logits(engine, part) for part in (data.validation, data.stressed))
    parity = float(np.abs(probabilities(plain, 1.0) - probabilities(expected, 1.0)).max())
    if not parity <= PARITY:
        raise ModelError(
            f"the exported model's probabilities differ from the trained one's by up to {parity:.2g} "
            f"(at most {PARITY:g} is allowed); nothing was put into --out"
        )
    return Measured(plain, stressed, parity)


def _write_maps(card: ModelCard, data: Prepared, folder: Path) -> None:
    """Write the mean heat maps by outcome, where the model gives any."""
    with closing(OpenVinoEngine(folder, card, torch.get_num_threads())) as engine:
        found = outcomes(engine, card, data.validation)
    if found:
        plot_outcomes(found, mean_picture(data.validation), folder / MAPS)


def _write_evidence(
    card: ModelCard,
    measured: Measured,
    history: Sequence[EpochResult],
    data: Prepared,
    plan: Plan,
    folder: Path,
) -> None:
    """Write the plots, history.csv, split.csv, recipe.json, preflight.json and a task of the user's own."""
    labels = data.validation.own_labels
    positive = [card.labels.index(name) for name in card.positive]
    truth = np.isin(labels, positive)
    plain, stressed = (
        probabilities(logits, card.temperature) for logits in (measured.plain, measured.stressed)
    )
    scores = {"validation": plain[:, positive].sum(axis=1), "stressed": stressed[:, positive].sum(axis=1)}
    plots.plot_curves(history, folder / "curves.png")
    plots.plot_roc(truth, scores, card.operating_points, folder / "roc.png")
    plots.plot_confusion(labels, plain.argmax(axis=1), card.labels, folder / "confusion.png")
    plots.plot_reliability(truth, scores["validation"], folder / "reliability.png")
    write_recipe(plan.recipe, folder / RECIPE)
    write_split(data.lines, card.labels, folder / SPLIT, with_hashes=True)
    write_history(history, folder / HISTORY)
    write_preflight(data.preflight, folder / PREFLIGHT)
    if plan.task.name not in NAMES:
        write_task(plan.task, folder / TASK)
