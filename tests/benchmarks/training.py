"""What `screener train` learns a second, beside a bare PyTorch loop on tensors that are in memory already.

    python tests/benchmarks/training.py [--models resnet18,...] [--side 96] [--batch 32] [--steps 8]
        [--rounds 5] [--threads 2] [--device cpu|cuda] [--keep-freed]

Both loops train the same network in channels_last with AdamW on the same pictures: the bare one takes float
tensors from memory, ours goes through the program's own loop, from memory-mapped uint8, with averaged
weights, clipped gradients and progress, as every training has them: once without augmentation and once with
the films'. They take turns, round by round, so that what else the machine does hits all alike. The figures
are medians of pictures a second and of the rounds' own ratios to the bare loop. Validation and export, which
a bare loop lacks, are outside the clock, and so is each run's first step. With --keep-freed both keep the
memory that they free, as `screener train` does on the CPU; without it neither.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from screener.models.architectures import architecture_named, build
from screener.models.network import Network
from screener.records import InputSpec
from screener.training.labelled.batches import Labelled
from screener.training.learning.allocator import keep_freed_memory
from screener.training.learning.device import choose_compute
from screener.training.learning.loop import fit
from screener.training.learning.state import Course
from screener.training.progress import TrainProgress
from screener.training.recipes.recipe import TrainRecipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default="resnet18,mobilenet_v3_large,cnn5")
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--keep-freed", action="store_true")
    asked = parser.parse_args()
    if asked.keep_freed and not keep_freed_memory():
        raise SystemExit("--keep-freed: not with this C library")
    torch.set_num_threads(asked.threads)
    print("| network | loop | pictures a second | of the bare loop |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for name in asked.models.split(","):
            _compare(name, asked, Path(place))


def _compare(name: str, asked: argparse.Namespace, place: Path) -> None:
    """Print one network's rows."""
    found = architecture_named(name)
    spec = InputSpec(width=asked.side, height=asked.side, mean=found.mean, std=found.std)
    pixels = _on_disk(place / f"{name}.npy", asked.steps * asked.batch, spec)
    loops: dict[str, Callable[[], float]] = {"bare PyTorch": partial(_bare, name, spec, pixels, asked)}
    for augmentation in ("none", "film"):
        loops[f"screener, augmentation={augmentation}"] = partial(
            _ours, name, spec, pixels, asked, augmentation
        )
    rounds = [{loop: run() for loop, run in loops.items()} for _ in range(asked.rounds)]
    for loop in loops:
        rate = statistics.median(one[loop] for one in rounds)
        share = statistics.median(one[loop] / one["bare PyTorch"] for one in rounds)
        print(f"| {name} | {loop} | {rate:.1f} | {share:.2f} |", flush=True)


def _on_disk(path: Path, count: int, spec: InputSpec) -> np.ndarray:
    """Pictures of noise, uint8 N x H x W x C, memory-mapped as a training's are."""
    shape = (count, spec.height, spec.width, spec.channels)
    np.save(path, np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    return np.load(path, mmap_mode="r")


def _network(name: str, spec: InputSpec) -> Network:
    torch.manual_seed(0)
    return build(name, spec, 2)


def _bare(name: str, spec: InputSpec, pixels: np.ndarray, asked: argparse.Namespace) -> float:
    """Pictures a second of the loop that everybody writes."""
    device = torch.device(asked.device)
    network = _network(name, spec).to(device).to(memory_format=torch.channels_last).train()
    pictures = torch.from_numpy(pixels.transpose(0, 3, 1, 2) / np.float32(255)).to(device)
    if spec.channels == 1:
        pictures = pictures.expand(-1, 3, -1, -1) if _colours(network) == 3 else pictures
    pictures = pictures.to(memory_format=torch.channels_last)
    labels = torch.arange(len(pictures), device=device) % 2
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    began = 0.0
    for step in range(asked.steps):
        part = slice(step * asked.batch, (step + 1) * asked.batch)
        optimiser.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(network(pictures[part]), labels[part])
        loss.backward()
        optimiser.step()
        if step == 0:
            _finish(device)
            began = time.perf_counter()
    _finish(device)
    return (asked.steps - 1) * asked.batch / (time.perf_counter() - began)


def _ours(
    name: str, spec: InputSpec, pixels: np.ndarray, asked: argparse.Namespace, augmentation: str
) -> float:
    """Pictures a second of the program's loop, between the end of its first step and that of its last."""
    labels = np.arange(len(pixels)) % 2
    train, held = (Labelled(pixels, labels, np.arange(count)) for count in (len(pixels), 2))
    recipe = TrainRecipe(
        stages=((asked.side, 1),), batch=asked.batch, augmentation=augmentation, precision="float32"
    )
    compute = choose_compute(asked.device, "float32")
    course = Course(recipe, spec, train, held, held, compute, "noise")
    ends: list[float] = []

    def report(progress: TrainProgress) -> None:
        if progress.step:
            ends.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Path(folder) / "checkpoints"
        checkpoints.mkdir()
        fit(_network(name, spec), course, checkpoints, report)
    return (asked.steps - 1) * asked.batch / (ends[-1] - ends[0])


def _colours(network: Network) -> int:
    """Channels that the first convolution takes."""
    first = next(module for module in network.modules() if isinstance(module, torch.nn.Conv2d))
    return first.in_channels * first.groups


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
