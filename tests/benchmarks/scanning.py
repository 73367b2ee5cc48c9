"""How near a scan comes to what its parts allow, and whether its memory and cost stay flat.

    python tests/benchmarks/scanning.py FOLDER [--model NAME] [--weights FOLDER] [--films 300,6000]
        [--format csv] [--rounds 3] [--workers 1,2,3] [--json FILE]

FOLDER holds real films; copies of them under other names and with other bytes make up the numbers. Each
round measures, one after another in this process, decoding alone (one process), the model alone (all
cores), its own gate (one thread, as in a worker) and whole scans of each size. Beside wall times stand
processor times, which other programs on a shared machine disturb less: the ratio of decoding and the model
to a scan is the work that it cannot do without over what it did. With --workers the first size is scanned
again with so many decode workers.
"""

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from screener.commands.scan import scan  # noqa: E402
from screener.engines.openvino import OpenVinoEngine  # noqa: E402
from screener.images.decode import decode, read_bytes  # noqa: E402
from screener.images.finding.find import find  # noqa: E402
from screener.images.judging.gate import read_gate  # noqa: E402
from screener.models.catalogue import find_model, task_for  # noqa: E402
from screener.records import Decoded, DecodeSettings, ScanRequest  # noqa: E402

_SAMPLE = 64
"""Films that decoding and the model are measured on."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="resnet34")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--films", default="300", help="sizes of the scans, commas between")
    parser.add_argument("--format", default="csv", help="reports to write, commas between")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", default="", help="numbers of decode workers, commas between")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one-scan", help=argparse.SUPPRESS)
    options = parser.parse_args()
    formats = tuple(options.format.split(","))
    request = ScanRequest((), model=options.model, weights=options.weights, formats=formats, gate=False)
    numbers = [int(number) for number in options.workers.split(",") if number]
    if options.one_scan:
        request = replace(request, workers=numbers[0])
        print(json.dumps(one_scan(request, options.folder, Path(options.one_scan))))
        return
    rounds = []
    with tempfile.TemporaryDirectory() as place:
        sizes = [int(size) for size in options.films.split(",")]
        for size in sizes:
            copies(options.folder, Path(place) / str(size), size)
        for _ in range(options.rounds):
            rounds.append(one_round(request, Path(place), sizes, numbers))
            print(json.dumps(rounds[-1]))
    medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    print(json.dumps({"medians": medians}, indent=2))
    if options.json:
        options.json.write_text(json.dumps({"rounds": rounds, "medians": medians}, indent=2) + "\n", "utf-8")


def copies(folder: Path, place: Path, number: int) -> None:
    """`number` files with the content of the folder's, each with some bytes of its own at the end."""
    films = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    place.mkdir()
    for count, film in enumerate(itertools.islice(itertools.cycle(films), number)):
        (place / f"{count:06}{film.suffix}").write_bytes(film.read_bytes() + count.to_bytes(4, "big"))


def one_round(request: ScanRequest, place: Path, sizes: list[int], numbers: list[int]) -> dict[str, float]:
    """Milliseconds a film, of wall and of processor, by part, size and number of workers; ratios; MiB."""
    task = task_for(request.task, request.model, request.weights)
    model = find_model(request.model, task.name, request.weights)
    settings = DecodeSettings(model.card.input, task)
    sources = [source for source, _ in itertools.islice(find((str(place / str(sizes[0])),)), _SAMPLE)]
    inputs: list[np.ndarray] = []

    def decoding() -> None:
        for source in sources:
            outcome = next(decode(read_bytes(source, settings.limits), settings))
            if isinstance(outcome, Decoded):
                inputs.append(outcome.model_input)

    figures = timed("decode", decoding, len(sources))
    batch = np.stack(inputs)
    engine = OpenVinoEngine(model.folder, model.card)
    engine.infer(batch)
    figures |= timed("model", lambda: engine.infer(batch), len(batch))
    engine.close()
    if gate := read_gate(model.folder):
        figures |= timed("gate", lambda: [gate.judge(one) for one in inputs], len(inputs))
    needed = figures["decode_cpu_ms"] + figures["model_cpu_ms"]
    for size in sizes:
        found = _scan_apart(request, place, size, 0)
        figures |= {f"scan{size}_{name}": value for name, value in found.items()}
        figures[f"scan{size}_cpu_ratio"] = round(needed / found["cpu_ms"], 3)
    for number in numbers:
        figures[f"workers{number}_ms"] = _scan_apart(request, place, sizes[0], number)["ms"]
    return figures


def _scan_apart(request: ScanRequest, place: Path, size: int, workers: int) -> dict[str, float]:
    """What `one_scan` says of a scan in a process of its own: its peak memory is then its own."""
    out = place / f"out{size}-{workers}"
    command = [sys.executable, __file__, str(place / str(size)), "--one-scan", str(out)]
    command += ["--model", request.model, "--format", ",".join(request.formats), "--workers", str(workers)]
    command += ["--weights", str(request.weights)] if request.weights else []
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def timed(name: str, work: Callable[[], object], films: int) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {
        f"{name}_ms": round((time.perf_counter() - wall) / films * 1e3, 2),
        f"{name}_cpu_ms": round((time.process_time() - cpu) / films * 1e3, 2),
    }


def one_scan(request: ScanRequest, folder: Path, out: Path) -> dict[str, float]:
    """What one scan costs: milliseconds a film, and the peak memory of it and of its largest worker, MiB.

    The main thread's share of the processor time is what no further core takes off: it is there once.
    """
    wall, main = time.perf_counter(), time.thread_time()
    result = scan(replace(request, inputs=(str(folder),), out=out, rescan=True), lambda progress: None)
    wall, main = time.perf_counter() - wall, time.thread_time() - main
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    films = result.counts.total
    return {
        "ms": round(wall / films * 1e3, 2),
        "cpu_ms": round(sum(u.ru_utime + u.ru_stime for u in usages) / films * 1e3, 2),
        "main_thread_ms": round(main / films * 1e3, 2),
        "peak_mib": round(usages[0].ru_maxrss / 1024, 1),
        "worker_peak_mib": round(usages[1].ru_maxrss / 1024, 1),
    }


if __name__ == "__main__":
    main()
