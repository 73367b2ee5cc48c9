"""Build the program that needs no Python, for the system that this runs on, and try what came out.

    pip install '.[desktop,demo,package]'
    python packaging/build.py [--out dist] [--limit 3] [--picture window.png]

Leaves in --out the program's folder, an archive of it with its sha256, and a list of all that is inside with
its licences. Licences that must not ship, and checks that fail, stop it. The checks: packaging/smoke.py.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archiving import archive, moment
from judging import Unfit
from licences import licence_list
from naming import APP, FOLDER, LICENCES, archive_name
from smoke import FIRST_SCORE, smoke

from screener import __version__

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--limit", type=float, default=FIRST_SCORE, help="seconds to the first score")
    parser.add_argument("--picture", type=Path, help="where a picture of the window goes")
    options = parser.parse_args()
    out = options.out.absolute()
    with tempfile.TemporaryDirectory() as work:
        folder = build(out, Path(work))
    packed = out / archive_name(__version__)
    began = time.monotonic()
    beside = archive(folder, packed)
    took = f"{packed.stat().st_size / 1e6:.0f} MB, packed in {time.monotonic() - began:.0f} s"
    print(f"{packed}: {took}\n{beside.read_text('utf-8').strip()}", flush=True)
    smoke(folder, options.limit, options.picture)
    print(f"{folder}: every check passed")


def build(out: Path, work: Path) -> Path:
    """The program's folder in `out`, with the licence list inside.

    Raises:
        SystemExit: a licence must not ship.
    """
    icons, listing = work / "icons", work / "listing.json"
    subprocess.run([sys.executable, str(HERE / "icons.py"), str(icons)], check=True)
    freeze = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    freeze += ["--distpath", str(out), "--workpath", str(work / "work"), str(HERE / "screener.spec")]
    told = {"SCREENER_ICONS": str(icons), "SCREENER_LISTING": str(listing)}
    # The same sources make the same executables: compiled code would else hold sets in a random order.
    told |= {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(moment())}
    subprocess.run(freeze, check=True, env={**os.environ, **told})
    folder = out / FOLDER
    if sys.platform == "darwin":  # there the bundle is all: it holds the folder's files
        shutil.rmtree(folder)
        folder.mkdir()
        (out / APP).rename(folder / APP)
    try:
        text = licence_list(listing)
    except Unfit as fault:
        raise SystemExit(str(fault)) from fault
    for place in (folder / LICENCES, out / LICENCES):
        place.write_text(text, "utf-8")
    print(f"{text.count(chr(10))} lines of licences; nothing under the GPL", flush=True)
    return folder


if __name__ == "__main__":
    main()
