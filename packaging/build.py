"""Build the command line as one folder that needs no Python, and try what came out.

    pip install '.[package]'
    python packaging/build.py [--out dist]

The trial: nothing that must not ship is inside, the frozen `screener doctor` finds no fault (it decodes a
film of every codec in a frozen worker and runs the model), and a frozen scan writes the same rows as the
program it was built from. The window and the other systems come later.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNWANTED = ("telemetry", "torch", "gdcm", "pylibjpeg_libjpeg", "PySide6", "pytest")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    out = options.out.absolute()
    with tempfile.TemporaryDirectory() as work:
        build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
        places = ["--distpath", str(out), "--workpath", work]
        subprocess.run([*build, *places, str(ROOT / "packaging" / "screener.spec")], check=True)
    folder = out / "screener"
    smoke(folder)
    print(f"{folder}: {size(folder) / 1e6:.0f} MB, models included; every check passed")


def smoke(folder: Path) -> None:
    """Stop with what is wrong about the frozen program, if anything is."""
    stray = [path.name for path in folder.rglob("*") if any(word in path.name for word in UNWANTED)]
    if stray:
        raise SystemExit(f"these must not ship: {', '.join(sorted(stray)[:10])}")
    frozen = [str(folder / ("screener.exe" if os.name == "nt" else "screener"))]
    examined = subprocess.run([*frozen, "doctor", "--json"], capture_output=True, text=True)
    if examined.returncode:
        raise SystemExit(f"the frozen doctor finds faults:\n{examined.stdout}{examined.stderr}")
    json.loads(examined.stdout)
    ours, theirs = rows([sys.executable, "-m", "screener"]), rows(frozen)
    if ours != theirs:
        raise SystemExit("the frozen program writes other rows than the one it was built from")


def rows(program: list[str]) -> bytes:
    """What a scan of the decoders' sample films writes; they are no chest films, so the gate is off."""
    with tempfile.TemporaryDirectory() as out:
        samples = ROOT / "screener" / "images" / "samples"
        scan = [*program, "scan", str(samples), "--no-gate", "--format", "jsonl", "--out", out]
        done = subprocess.run(scan, capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 3:  # __init__.py lies beside the samples, and is no film
            raise SystemExit(f"{program[0]} scan ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return (Path(out) / "rows.jsonl").read_bytes()


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    main()
