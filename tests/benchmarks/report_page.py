"""How long a browser works on report.html: python tests/benchmarks/report_page.py [--films 5000]

Writes the page of a made-up scan, each film with a thumbnail and a heat map, and one of five films, and has
Chromium load either in one process. Prints megabytes and seconds of processor time, the better of three.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from builders.rows import MemoryView, a_provenance, a_scored_row, a_thumbnail
from screener.reports.html.page import HtmlReport

_CHROMIUM = (
    "chromium --headless --single-process --disable-gpu --no-first-run --disable-background-networking "
    "--window-size=1280,1500"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=5000)
    films = parser.parse_args().films
    pictures = [a_thumbnail(seed) for seed in range(40)]
    with tempfile.TemporaryDirectory() as name:
        for number in (5, films):
            rows = [
                a_scored_row(i, f"ward/film-{i:05}.dcm", 1 - i / number, pictures[i % 40])
                for i in range(number)
            ]
            page = Path(name, f"report-{number}.html")
            HtmlReport().write(MemoryView(tuple(rows), a_provenance()), page)
            spent = min(_seconds(page, Path(name)) for _ in range(3))
            print(f"{number:>6} films  {page.stat().st_size / 1e6:6.1f} MB  {spent:5.1f} s")


def _seconds(page: Path, folder: Path) -> float:
    """Processor time of a browser that loads the page and draws its first screen."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [*_CHROMIUM.split(), *root, f"--user-data-dir={folder / 'profile'}"]
    before = os.times()
    subprocess.run(
        [*command, f"--screenshot={folder / 'page.png'}", page.as_uri()],
        capture_output=True,
        timeout=300,
        check=True,
    )
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


if __name__ == "__main__":
    main()
