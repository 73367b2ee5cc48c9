"""What a rewriting of a model's graph gains, and what it costs: the same model with and without it.

    python tests/benchmarks/rewriting.py MODEL [MODEL ...] [--without winograd|grey|company]
        [--precision int8] [--threads 1] [--pictures 16] [--runs 7] [--json FILE]

MODEL is a model folder. `winograd` is `screener.engines.winograd`, `grey` is `screener.engines.grey`, and
`company` is that a thread takes several small pictures together. Processor time, medians of runs taken in
turn; `starting` is from the opening of the folder to the first picture's outputs. `memory` is what a process
of its own holds at most.
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

WITHOUT = {
    "winograd": ("wants_winograd", lambda: False),
    "grey": ("read_once", lambda *given: False),
    "company": ("_SMALL", 0),
}
NAMES = ("ms a picture", "starting, s", "memory, MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--without", choices=WITHOUT, default="winograd")
    parser.add_argument("--precision", choices=("fp32", "int8"), default="fp32")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {}
    for folder in options.models:
        given = (folder, options.precision, options.threads, options.pictures)
        rounds = [[_apart(*given, off) for off in ("", options.without)] for _ in range(options.runs)]
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


def _apart(*given: object) -> tuple[float, float, float]:
    """One measurement in a process of its own, in the order of `NAMES`."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, given)


def _measure(
    folder: Path, precision: str, threads: int, pictures: int, off: str
) -> tuple[float, float, float]:
    if off:
        setattr(openvino, *WITHOUT[off])
    card = read_card(folder)
    shape = (pictures, card.input.height, card.input.width, card.input.channels)
    films = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    began = time.process_time()
    engine = OpenVinoEngine(folder, card, threads, precision)
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
