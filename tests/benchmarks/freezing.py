"""What a training step costs with a frozen backbone, beside the same step with nothing frozen.

Run: python tests/benchmarks/freezing.py [--rounds 5]. The cases take turns, so that a busy machine slows all
alike; the figure is the ratio of the medians.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch

from screener.models.architectures import architecture_named, build
from screener.models.network import Normalise
from screener.records import InputSpec
from screener.training.learning.device import Compute
from screener.training.learning.freezing import freeze_parts, set_learning
from screener.training.learning.losses import loss_of
from screener.training.learning.optimisers import make_optimiser
from screener.training.recipes.recipe import TrainRecipe

CASES = (("mobilenet_v3_small", ("", "11", "all")), ("resnet18", ("", "3", "all")))


def stepper(name: str, freeze: str, side: int, batch: int) -> Callable[[], None]:
    """A step of `name` with `freeze` in force, on pictures in memory."""
    found = architecture_named(name)
    spec = InputSpec(width=side, height=side, mean=found.mean, std=found.std)
    recipe = TrainRecipe(freeze=freeze)
    torch.manual_seed(0)
    network = build(name, spec, 2).to(memory_format=torch.channels_last)
    freeze_parts(network, freeze)
    optimiser = make_optimiser(network, recipe)
    normalise, compute = Normalise(spec), Compute(torch.device("cpu"), "float32")
    levels, labels = torch.rand(batch, 1, side, side) * 255, torch.arange(batch) % 2

    def step() -> None:
        set_learning(network, freeze)
        with compute.autocast():
            logits = network(normalise(levels).to(memory_format=torch.channels_last))
        optimiser.zero_grad(set_to_none=True)
        loss_of(logits, labels, recipe).backward()
        optimiser.step()

    return step


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    asked = parser.parse_args()
    for name, freezes in CASES:
        steps = {freeze: stepper(name, freeze, asked.side, asked.batch) for freeze in freezes}
        taken: dict[str, list[float]] = {freeze: [] for freeze in freezes}
        for turn in range(asked.rounds + 1):
            for freeze, step in steps.items():
                began = time.perf_counter()
                step()
                if turn:  # the first warms up
                    taken[freeze].append(time.perf_counter() - began)
        medians = {freeze: statistics.median(seconds) for freeze, seconds in taken.items()}
        for freeze, seconds in medians.items():
            share = seconds / medians[""]
            print(f"{name:20s} freeze={freeze or '-':4s} {1000 * seconds:7.0f} ms a step, {share:.2f} of it")


if __name__ == "__main__":
    main()
