"""Names that files should not have: each is shown, harmless and told apart, in every report and locale."""

import csv
import html
import json
import os
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from builders.pictures import film, png, zipped
from builders.ward import complaints, run_scan

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names that only a POSIX file system holds")

NAMES = {
    "caf\u00e9.png".encode(): "caf\u00e9.png",
    "cafe\u0301.png".encode(): "cafe\u0301.png",
    b"\xff\xfe latin \xe9.png": r"\xff\xfe latin \xe9.png",
    b"line\nfeed\ttab\x1b[2J\x07.png": r"line\x0afeed\x09tab\x1b[2J\x07.png",
    b"=cmd|'!A0.png": "=cmd|'!A0.png",
    b"+1-2@SUM(A1).png": "+1-2@SUM(A1).png",
    b'<script>alert(1)</script>".png'.replace(b"/", b"\xe2\x88\x95"): '<script>alert(1)<\u2215script>".png',
    b"'; DROP TABLE rows; --.png": "'; DROP TABLE rows; --.png",
    "\u202egnp.fdp".encode(): r"\xe2\x80\xaegnp.fdp",
    "\u80ba\U0001fac1.png".encode(): "\u80ba\U0001fac1.png",
    b"x" * 246 + b".png": "x" * 246 + ".png",
    b"_x0041_ back\\slash.png": r"_x0041_ back\x5cslash.png",
}
"""A name's bytes, and how a row shows them."""

LOCALES = {
    "utf-8": {"LC_ALL": "C.UTF-8"},
    "C": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "de_DE": {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE", "PYTHONUTF8": "0"},
}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_name_is_read_back_from_every_report(weights: Path, tmp_path: Path, locale: str) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / os.fsdecode(name)).write_bytes(png(film(80, 70, seed=number)))
    (folder / "z.zip").write_bytes(zipped({"../=1+1\x1b[2J.png": png(film(80, 70, seed=99))}))
    shown = {*NAMES.values(), r"z.zip/=1+1\x1b[2J.png"}
    out = tmp_path / "out"
    done = run_scan(
        *(folder, "--weights", weights, "--model", "tiny", "--out", out, "--format", "csv,xlsx,html,jsonl"),
        "--no-gate",
        **LOCALES[locale],
    )
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert all(c.isprintable() or c == "\n" for c in done.stdout)
    lines = (out / "rows.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["name"] for line in lines[1:]} == shown
    with (out / "submission.csv").open(encoding="utf-8", newline="") as file:
        ids = {line["id"] for line in csv.DictReader(file)}
    stems = {name.rpartition("/")[2] for name in shown}
    assert ids == {name.removesuffix(".png").removesuffix(".fdp") for name in stems}
    sheet = load_workbook(out / "report.xlsx")["Worklist"]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type == "f" and "HYPERLINK" not in str(cell.value)]
    texts = {str(cell.value) for cell in cells}
    assert {name for name in shown if name.replace("_x0041_", "_x005F_x0041_") not in texts} == set()
    page = (out / "report.html").read_text("utf-8")
    assert {name for name in shown if name not in html.unescape(page)} == set()
    assert "<script>alert" not in page
