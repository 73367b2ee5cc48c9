"""What a scan loses where its films are not in the system's cache: a folder not read of late.

    python tests/benchmarks/cold_films.py FOLDER [--model NAME] [--films 300] [--rounds 3] [--place FOLDER]

FOLDER holds real films; copies of them with other bytes make up the number, in a temporary folder below
--place, the drive to be measured. Linux alone, and root, who may empty the system's cache. Each round
scans the copies so and once more from the cache, each in a process of its own, in turn; the next round
begins with the other.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from scanning import copies  # noqa: E402
from screener.commands.scan import scan  # noqa: E402
from screener.records import ScanRequest  # noqa: E402

WAYS = ("cold", "from the cache")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="best")
    parser.add_argument("--films", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--place", type=Path)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one_scan(options.folder, options.model, *options.one)
        return
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory(dir=options.place) as place:
        copies(options.folder, Path(place) / "films", options.films)
        subprocess.run(["sync"], check=True)
        for number in range(options.rounds):
            for way in WAYS if number % 2 else reversed(WAYS):
                out = str(Path(place) / f"out-{number}-{WAYS.index(way)}")
                command = [sys.executable, __file__, str(Path(place) / "films"), "--model", options.model]
                command += ["--one", way, out]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                seconds[way].append(float(done.stdout))
    for way, each in seconds.items():
        print(json.dumps({"way": way, "seconds": each, "median": statistics.median(each)}))


def one_scan(folder: Path, model: str, way: str, out: str) -> None:
    """Print the seconds of one scan."""
    request = ScanRequest((str(folder),), out=Path(out), model=model, formats=("csv",), gate=False)
    if way == WAYS[0]:
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
    result = scan(request, lambda progress: None)
    assert result.counts.total == result.counts.scored, result.counts
    print(result.seconds)


if __name__ == "__main__":
    main()
