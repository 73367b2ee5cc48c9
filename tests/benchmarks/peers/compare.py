"""How fast screener scores a folder against what people would otherwise use, in one run on one machine.

    python tests/benchmarks/peers/compare.py FOLDER --place FOLDER [--torch ENVIRONMENT] [--films 200]
        [--rounds 3] [--only NAME,NAME] [--at-once] [--dicom] [--json FILE]

FOLDER holds JPEG films; copies under other names and with other bytes make up the number. Each peer gets an
environment of its own from PyPI in --place (5.4 GB, or little where --torch names one with torch and
torchvision). All score the same copies with a ResNet-34 at 224 pixels, untrained, and write a CSV; one
after another, round by round, so that what else the machine does hits all alike. Films a second by three
clocks: `once ready` begins when the model is there and ends with the CSV; `whole command` is the process from
start to end; `processors` is what all cores would do in the processor time that a film took once ready, which
other programs on the machine disturb least (threads wait without spinning, so that waiting costs none). On a
machine that is never idle, --at-once runs all side by side: then only `processors` means anything.
With --dicom the films are enlarged and written as 12 bits in 16, 2,500 x 2,000, uncompressed, with a window;
of the peers only the plain loop is run then, by pydicom and numpy, since the others cannot read them.
Medians, and ratios to the best peer: the ratios are what counts.
"""

import argparse
import itertools
import json
import os
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environments import make

sys.path[:0] = [str(Path(__file__).parents[1])]

from dicom_films import deep_film  # noqa: E402

HERE = Path(__file__).parent
OURS = "screener"
PLAIN = "plain PyTorch"
CLOCKS = ("once ready", "whole command", "processors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--place", type=Path, required=True)
    parser.add_argument("--torch", type=Path)
    parser.add_argument("--films", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="runs to make, commas between; all if left out")
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--dicom", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    pythons = make(options.place, options.torch)
    weights = options.place / "weights"
    if not weights.exists():
        subprocess.run([sys.executable, HERE / "ours.py", "build", weights], check=True)
    rounds: list[dict[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as place:
        films = Path(place) / "films"
        copies(options.folder, films, options.films, as_dicom=options.dicom)
        runs = commands(pythons, films, Path(place), weights)
        only = options.only.split(",") if options.only else [OURS, PLAIN] if options.dicom else runs
        runs = {name: runs[name] for name in only}
        for _ in range(options.rounds):
            with ThreadPoolExecutor(len(runs) if options.at_once else 1) as threads:
                rounds.append(dict(zip(runs, threads.map(timed, runs.values()), strict=True)))
            print(json.dumps(rounds[-1]), file=sys.stderr)
    found = summary(rounds)
    print(table(found))
    if options.json:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        figures = {"machine": machine, "films": options.films, "rounds": rounds, "medians": found}
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def copies(folder: Path, place: Path, number: int, *, as_dicom: bool = False) -> None:
    """`number` files with the pictures of the folder's, no two the same: JPEG with a comment, or DICOM."""
    originals = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg")]
    place.mkdir()
    for count, film in enumerate(itertools.islice(itertools.cycle(originals), number)):
        if as_dicom:
            (place / f"{count:06}.dcm").write_bytes(deep_film(film, count))
            continue
        data = film.read_bytes()
        comment = b"\xff\xfe" + struct.pack(">HI", 6, count)
        (place / f"{count:06}.jpeg").write_bytes(data[:2] + comment + data[2:])


def commands(pythons: dict[str, Path], films: Path, place: Path, weights: Path) -> dict[str, list[object]]:
    """What is run, by name; ours first."""
    scan = [sys.executable, HERE / "ours.py", "scan", films]

    def peer(name: str, script: str, *more: str) -> list[object]:
        return [pythons[name], HERE / script, films, place / f"{name}{''.join(more)}.csv", *more]

    return {
        OURS: [*scan, place / "fp32", weights, "pneumonia-untrained", "fp32"],
        f"{OURS} int8": [*scan, place / "int8", weights, "pneumonia-untrained", "int8"],
        PLAIN: peer("plain", "plain.py"),
        "timm": peer("timm", "timm_loop.py"),
        "timm --channels-last": peer("timm", "timm_loop.py", "--channels-last"),
        "ultralytics batch=1": peer("ultralytics", "ultralytics_predict.py", "--batch", "1"),
        "ultralytics batch=32": peer("ultralytics", "ultralytics_predict.py"),
        "transformers": peer("transformers", "transformers_pipeline.py"),
    }


def timed(command: list[object]) -> dict[str, float]:
    """Films a second by each of the clocks."""
    began = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_WAIT_POLICY": "passive"},
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{command[1:3]} failed: {done.stderr}{done.stdout}")
    told = json.loads(done.stdout.splitlines()[-1])
    taken = (told["seconds"], seconds, told["processor"] / (os.cpu_count() or 1))
    return {clock: told["films"] / took for clock, took in zip(CLOCKS, taken, strict=True)}


def summary(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """By run: the median rates, and how many times the best peer's they are.

    The ratio is the median of the rounds' own ratios: within a round the machine was much the same.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in rounds[0]}
    peers = [name for name in rounds[0] if not name.startswith(OURS)]
    for measure in CLOCKS:
        for name, figures in found.items():
            figures[measure] = statistics.median(one[name][measure] for one in rounds)
            if peers:
                best = [max(one[peer][measure] for peer in peers) for one in rounds]
                shares = [one[name][measure] / most for one, most in zip(rounds, best, strict=True)]
                figures[f"{measure}, of the best peer"] = statistics.median(shares)
    return found


def table(found: dict[str, dict[str, float]]) -> str:
    """The summary as a Markdown table."""
    headings = list(next(iter(found.values())))
    lines = [f"| run | {' | '.join(headings)} |", f"|---|{'---|' * len(headings)}"]
    lines += [
        f"| {name} | {' | '.join(f'{figures[h]:.2f}' for h in headings)} |" for name, figures in found.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
