"""How large the base install is, how soon --help answers, one film from a cold start, the first of many.

    python tests/benchmarks/startup.py [--films FOLDER] [--json FILE]

The first of many: until it stands scored in the scan's store, where other processes see it.

Makes a virtual environment of its own in a temporary folder, installs the checkout into it without any
extra, and measures there. Without --films the film is a synthetic one. Medians; the spread is printed
too, since machines are shared.
"""

import argparse
import json
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

ROOT = Path(__file__).parents[2]
HELP_RUNS = 20
SCAN_RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=Path, help="a folder: its first film is scanned, and the whole of it")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.films)
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def measure(folder: Path, films: Path | None) -> dict[str, object]:
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    empty = size(environment)
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT)], check=True)
    installed = size(environment) - empty
    models = sum(size(place) for place in environment.rglob("screener/_weights"))
    help_ = [run([python, "-m", "screener", "--help"]) for _ in range(HELP_RUNS + 1)][1:]
    film = first_film(folder, films)
    scan = [
        python,
        "-m",
        "screener",
        "scan",
        film,
        "--json",
        "--rescan",
        "--no-gate",
        "--out",
        folder / "out",
    ]
    cold = [run(scan) for _ in range(SCAN_RUNS + 1)][1:]
    many = film.parent if films is None else films
    first = [first_score(python, many, folder / f"first{turn}") for turn in range(SCAN_RUNS + 1)][1:]
    return {
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "base_install_mb": round((installed - models) / 1e6, 1),
        "models_mb": round(models / 1e6, 1),
        "help_s": spread(help_),
        "one_film_scan_s": spread(cold),
        "first_score_s": spread(first),
    }


def size(folder: Path) -> int:
    """Bytes on disk (blocks, as du counts them where the system says)."""
    stats = [path.lstat() for path in folder.rglob("*") if not path.is_dir()]
    return sum(s.st_blocks * 512 if hasattr(s, "st_blocks") else s.st_size for s in stats)


def first_film(folder: Path, films: Path | None) -> Path:
    if films is not None:
        return sorted(path for path in films.rglob("*") if path.is_file())[0]
    import numpy as np
    from PIL import Image

    rows, columns = np.mgrid[0:1500, 0:1800]
    film = (
        120
        + 80 * np.sin(rows / 300) * np.cos(columns / 250)
        + np.random.default_rng(0).normal(0, 9, rows.shape)
    )
    path = folder / "film.png"
    Image.fromarray(film.clip(0, 255).astype(np.uint8)).save(path)
    return path


def run(command: list[object]) -> float:
    begin = time.perf_counter()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"{command[3:5]} failed: {done.stderr}{done.stdout}")
    return seconds


def first_score(python: Path, films: Path, out: Path) -> float:
    """Seconds from the start of a scan of `films` to its first scored film, committed to the store."""
    command = [python, "-m", "screener", "scan", films, "--no-gate", "--format", "csv", "--out", out]
    begin = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as scan:
        while not scored(out / "scan.sqlite"):
            if scan.poll() is not None and not scored(out / "scan.sqlite"):
                raise SystemExit(f"the scan scored no film: {scan.stderr.read() if scan.stderr else ''}")
            time.sleep(0.005)
        seconds = time.perf_counter() - begin
        scan.communicate()
    return seconds


def scored(store: Path) -> bool:
    """Whether the store, perhaps still being made, holds a scored film."""
    if not store.exists():
        return False
    connection = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT 1 FROM rows WHERE status = 'scored' LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:  # its tables are not there yet
        return False
    finally:
        connection.close()


def spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds), 3),
        "least": round(min(seconds), 3),
        "most": round(max(seconds), 3),
        "runs": len(seconds),
    }


if __name__ == "__main__":
    main()
