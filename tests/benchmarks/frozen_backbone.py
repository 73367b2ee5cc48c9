"""What makes a fine-tuned network call every patch normal: the mistakes that R3's ResNet-50 may have made.

    python tests/benchmarks/frozen_backbone.py --data PCAM --start mobilenet_v3_large_features.safetensors \
        [--model mobilenet_v3_large] [--pictures 1200] [--seeds 3] [--threads 1]

A backbone with weights from photographs, and only the last layer learns, as Keras users did then. Of the
patches 59.5 % are normal, as in Kaggle's set, and a quarter is kept aside. Each line changes one thing:

- sound: inputs as the weights know them, batch norm with the statistics that it came with, in both phases;
- batch norm: the statistics of each batch while learning, its own afterwards (Keras before TensorFlow 2.0:
  `trainable = False` left batch norm in training mode);
- scaled: inputs divided by 255 once more than the weights know, so that all patches look nearly alike;
- both;
- high rate: every weight learns, at Adam's 0.01;
- low rate: every weight learns, at 0.0003.
"""

import argparse
import statistics
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from screener.models.architectures import architecture_named, build
from screener.models.network import Network, Normalise
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.labelled.cache import reader_for
from screener.training.labelled.labels import find_examples
from screener.training.learning.pretrained import load_start

NORMAL = 0.595
BATCH = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--model", default="mobilenet_v3_large")
    parser.add_argument("--pictures", type=int, default=1200)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    found = architecture_named(options.model)
    spec = InputSpec(width=96, height=96, colour="rgb", mean=found.mean, std=found.std)
    pixels, labels = read(options.data, spec, options.pictures)
    held = len(labels) // 4
    print(f"{len(labels) - held} patches to learn from, {held} kept aside", flush=True)
    print(f"all called normal: {1 - labels[:held].float().mean():.3f}", flush=True)
    trials = {
        "sound": lambda: frozen(options, spec, pixels, labels, held),
        "batch norm": lambda: frozen(options, spec, pixels, labels, held, batch_norm=True),
        "scaled": lambda: frozen(options, spec, pixels, labels, held, scale=1 / 255),
        "both": lambda: frozen(options, spec, pixels, labels, held, batch_norm=True, scale=1 / 255),
        "high rate": lambda: whole(options, spec, pixels, labels, held, 0.01),
        "low rate": lambda: whole(options, spec, pixels, labels, held, 0.0003),
    }
    for name, trial in trials.items():
        results = []
        for seed in range(options.seeds):
            torch.manual_seed(seed)
            results.append(trial())
        learned, kept, called = (statistics.mean(column) for column in zip(*results, strict=True))
        each = ", ".join(f"{one[1]:.3f}" for one in results)
        aside = f"kept aside {kept:.3f} ({each})"
        print(
            f"{name:10}  learned from {learned:.3f}  {aside}  called normal {called:.3f}",
            flush=True,
        )


def read(data: Path, spec: InputSpec, count: int) -> tuple[Tensor, Tensor]:
    """Patches, uint8 N x 3 x H x W, and labels, `NORMAL` of them 0, the first quarter mixed like the rest."""
    task = load_task("pcam")
    examples = [one for one in find_examples(data, task) if one.split != "validation"]
    random = np.random.default_rng(0)
    normal = round(count * NORMAL)
    drawn = []
    for label, wanted in ((0, normal), (1, count - normal)):
        of_class = [one for one in examples if one.label == label]
        drawn += [of_class[place] for place in random.permutation(len(of_class))[:wanted]]
    drawn = [drawn[place] for place in random.permutation(count)]
    reader = reader_for(spec, task)
    pixels = torch.from_numpy(np.stack([reader(one.path) for one in drawn])).permute(0, 3, 1, 2)
    return pixels.contiguous(), torch.tensor([one.label for one in drawn])


def begun(options: argparse.Namespace, spec: InputSpec) -> Network:
    network = build(options.model, spec, 2)
    load_start(network, options.start, ("normal", "tumour"))
    return network


def frozen(
    options: argparse.Namespace,
    spec: InputSpec,
    pixels: Tensor,
    labels: Tensor,
    held: int,
    *,
    batch_norm: bool = False,
    scale: float = 1.0,
) -> tuple[float, float, float]:
    """(accuracy while learning, accuracy of those kept aside, share of those called normal)."""
    network = begun(options, spec)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.0
    normalise = Normalise(spec)

    @torch.no_grad()
    def features(part: Tensor, learning: bool) -> Tensor:
        network.eval()
        if learning and batch_norm:
            network.backbone.train()
        inputs = (normalise(one.float()) * scale for one in part.split(BATCH))
        # The statistics are the only part of the backbone that differs; its dropout, if any, is none of ours.
        return torch.cat([network.neck.eval()(network.backbone(one)) for one in inputs])

    seen, aside = features(pixels[held:], True), features(pixels[:held], False)
    head = nn.Linear(seen.shape[1], 2)
    optimiser = torch.optim.Adam(head.parameters(), lr=1e-3)
    own = labels[held:]
    for _ in range(20):
        for rows in torch.randperm(len(seen)).split(BATCH):
            loss = functional.cross_entropy(head(seen[rows]), own[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        learned = (head(seen).argmax(1) == own).float().mean()
        said = head(aside).argmax(1)
    right = (said == labels[:held]).float().mean()
    return float(learned), float(right), float((said == 0).float().mean())


def whole(
    options: argparse.Namespace, spec: InputSpec, pixels: Tensor, labels: Tensor, held: int, rate: float
) -> tuple[float, float, float]:
    """As `frozen`, every weight learning for five epochs."""
    network, normalise = begun(options, spec), Normalise(spec)
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    hits = 0
    for _ in range(5):
        network.train()
        hits = 0
        for rows in (torch.randperm(len(pixels) - held) + held).split(BATCH):
            logits = network(normalise(pixels[rows].float()))
            loss = functional.cross_entropy(logits, labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            hits += int((logits.argmax(1) == labels[rows]).sum())
    network.eval()
    with torch.no_grad():
        said = torch.cat([network(normalise(part.float())).argmax(1) for part in pixels[:held].split(BATCH)])
    right = (said == labels[:held]).float().mean()
    return hits / (len(pixels) - held), float(right), float((said == 0).float().mean())


if __name__ == "__main__":
    main()
