"""What Winograd's algorithm gains a model, and what it costs: the same graph with and without the rewriting.

    python tests/benchmarks/winograd.py MODEL [MODEL ...] [--pictures 16] [--runs 7] [--json FILE]

MODEL is a model folder. One thread, processor time, medians of runs taken in turn; `starting` is from the
opening of the folder to the first picture's outputs. `memory` is what a process of its own holds at most.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from screener.engines import openvino  # noqa: E402
from screener.engines.openvino import OpenVinoEngine  # noqa: E402
from screener.models.card import read_card  # noqa: E402

WAYS = (True, False)
NAMES = ("ms a picture", "starting, s", "memory, MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {}
    for folder in options.models:
        rounds = [[_apart(folder, way, options.pictures) for way in WAYS] for _ in range(options.runs)]
        sides = [
            [statistics.median(column) for column in zip(*side, strict=True)]
            for side in zip(*rounds, strict=True)
        ]
        found[folder.name] = {
            name: {"with": round(ours, 2), "without": round(plain, 2), "ratio": round(plain / ours, 2)}
            for name, ours, plain in zip(NAMES, *sides, strict=True)
        }
        print(folder.name, json.dumps(found[folder.name], indent=2), flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2), "utf-8")


def _apart(folder: Path, rewritten: bool, pictures: int) -> tuple[float, float, float]:
    """One measurement in a process of its own, in the order of `NAMES`."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (folder, rewritten, pictures))


def _measure(folder: Path, rewritten: bool, pictures: int) -> tuple[float, float, float]:
    openvino.wants_winograd = lambda core: rewritten
    card = read_card(folder)
    shape = (pictures, card.input.height, card.input.width, card.input.channels)
    films = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    began = time.process_time()
    engine = OpenVinoEngine(folder, card, 1)
    if rewritten != engine.description.endswith("Winograd"):
        raise ValueError(f"{folder}: has no convolution that the rewriting pays for")
    engine.infer(films[:1])
    starting = time.process_time() - began
    engine.infer(films)
    times = []
    for _ in range(5):
        began = time.process_time()
        engine.infer(films)
        times.append((time.process_time() - began) / pictures * 1e3)
    return statistics.median(times), starting, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
