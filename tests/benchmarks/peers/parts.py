"""What a film costs one core, part by part: in screener, and in the plain PyTorch loop.

    python tests/benchmarks/peers/parts.py FOLDER WEIGHTS [--films 16] [--runs 3]

FOLDER holds JPEG films, WEIGHTS what `ours.py build` wrote. One thread, processor time, least of the runs,
interleaved: the figures that a busy machine disturbs least. Decoding: bytes to the network's input; ours
with scope check and thumbnail. Model: ResNet-34 at 224 pixels, ours film by film, PyTorch by batches of 8.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402
from torchvision import models, transforms  # noqa: E402

from screener.engines.openvino import OpenVinoEngine  # noqa: E402
from screener.images.decode import decode  # noqa: E402
from screener.models.card import read_card  # noqa: E402
from screener.records import DecodeSettings  # noqa: E402
from screener.tasks.load import load_task  # noqa: E402

PLAIN = transforms.Compose(
    [
        transforms.Resize((224, 224)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--films", type=int, default=16)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    (folder,) = options.weights.iterdir()
    card = read_card(folder)
    settings = DecodeSettings(card.input, load_task(card.task))
    paths = sorted(options.folder.rglob("*.jpeg"))
    films = [path.read_bytes() for path in paths[:: max(1, len(paths) // options.films)]]
    inputs = np.stack([next(decode(film, settings)).model_input for film in films[:8]])
    batch = torch.rand(8, 3, 224, 224)
    network = models.resnet34(num_classes=2).eval()
    last = models.resnet34(num_classes=2).eval().to(memory_format=torch.channels_last)
    engines = {precision: OpenVinoEngine(folder, card, 1, precision) for precision in ("fp32", "int8")}
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "decode, ours": (lambda: [next(decode(film, settings)) for film in films], len(films)),
        "decode, plain": (lambda: [PLAIN(_opened(film)) for film in films], len(films)),
        "model, ours fp32": (lambda: engines["fp32"].infer(inputs), 8),
        "model, ours int8": (lambda: engines["int8"].infer(inputs), 8),
        "model, eager": (lambda: network(batch), 8),
        "model, eager channels_last": (lambda: last(batch.to(memory_format=torch.channels_last)), 8),
    }
    least = dict.fromkeys(ways, float("inf"))
    with torch.inference_mode():
        for _ in range(options.runs):
            for name, (way, count) in ways.items():
                began = time.process_time()
                way()
                least[name] = min(least[name], (time.process_time() - began) / count * 1e3)
    print(json.dumps({name: round(cost, 2) for name, cost in least.items()}, indent=2))


def _opened(film: bytes) -> Image.Image:
    return Image.open(BytesIO(film)).convert("RGB")


if __name__ == "__main__":
    main()
