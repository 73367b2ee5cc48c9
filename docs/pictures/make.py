"""Make the README's pictures from a real run.

    python docs/pictures/make.py

Scans some of the films that the package pydicom-data ships (a chest film among other parts of the body,
modalities and colour pictures), in a real terminal. Needs `screener` on the path, the extras demo and
desktop, dev, and the programs tmux, Xvfb, xdotool, chromium, soffice and pdftoppm.
"""

import io
import re
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageChops
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text
from window import window

HERE = Path(__file__).parent
GUIDE = HERE.parent.parent / "screener" / "desktop" / "guide"
COLUMNS, LINES = 92, 34
FILMS = ("RG1", "RG2", "RG3", "MR2", "US1", "XA1", "NM1", "SC_rgb.dcm", "693")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        films = folder / "films"
        films.mkdir()
        for film in data().iterdir():
            if film.is_file() and film.name.startswith(FILMS):
                shutil.copy(film, films / film.name)
        screen = run(folder, "screener scan films --out result --format csv,xlsx,html")
        if not (folder / "result" / "report.xlsx").exists():
            raise SystemExit(f"the scan left no report:\n{screen}")
        terminal(screen, folder)
        spreadsheet(folder)
        window(folder, films, GUIDE)


def data() -> Path:
    spec = find_spec("data_store")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pydicom-data is not installed: pip install '.[demo]'")
    return Path(spec.submodule_search_locations[0]) / "data"


def run(folder: Path, command: str) -> str:
    """The screen, with colours, after `command` ran in a terminal in `folder`."""
    tmux = ["tmux", "-L", "screener-pictures"]
    size = ["-x", str(COLUMNS), "-y", str(LINES)]
    shell = f"cd {folder} && PS1='$ ' exec bash --norc --noprofile"
    subprocess.run([*tmux, "new-session", "-d", *size, shell], check=True)
    try:
        time.sleep(1)
        subprocess.run([*tmux, "send-keys", f"{command}; touch done", "Enter"], check=True)
        begin = time.monotonic()
        while not (folder / "done").exists():
            if time.monotonic() - begin > 120:
                raise SystemExit("the scan did not end within two minutes")
            time.sleep(0.2)
        time.sleep(0.5)
        shown = subprocess.run(
            [*tmux, "capture-pane", "-e", "-p"], check=True, capture_output=True, text=True
        )
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
    return shown.stdout.replace("; touch done", "").rstrip()


def terminal(screen: str, folder: Path) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(screen))
    svg = console.export_svg(title="screener", theme=MONOKAI)
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    (folder / "terminal.html").write_text(f"<style>body{{margin:0;overflow:hidden}}</style>{svg}", "utf-8")
    chromium = "chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    subprocess.run(
        [
            *chromium.split(),
            f"--user-data-dir={folder / 'browser'}",
            f"--window-size={int(float(width)) + 1},{int(float(height)) + 1}",
            f"--screenshot={HERE / 'terminal.png'}",
            (folder / "terminal.html").as_uri(),
        ],
        check=True,
        capture_output=True,
    )


def spreadsheet(folder: Path) -> None:
    convert = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}"]
    report = folder / "result" / "report.xlsx"
    subprocess.run(
        [*convert, "--convert-to", "pdf", "--outdir", folder, report], check=True, capture_output=True
    )
    pages = ["pdftoppm", "-png", "-r", "80", folder / "report.pdf", folder / "page"]
    subprocess.run([str(word) for word in pages], check=True)
    for page in sorted(folder.glob("page*.png")):
        text = subprocess.run(
            [
                "pdftotext",
                "-f",
                page.stem.split("-")[-1],
                "-l",
                page.stem.split("-")[-1],
                folder / "report.pdf",
                "-",
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        if "Rank" in text or "Priority" in text:
            with Image.open(page) as image:
                ink = ImageChops.invert(image.convert("L").crop((0, 0, image.width, image.height * 9 // 10)))
                left, top, right, bottom = ink.getbbox()
                image.crop((left - 8, top - 8, right + 8, bottom + 8)).save(
                    HERE / "worklist.png", optimize=True
                )
            return
    raise SystemExit("no page of the report holds the worklist")


if __name__ == "__main__":
    main()
