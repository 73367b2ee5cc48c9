"""Thousands of broken files through a whole scan: one row or more each, nothing dies, nothing is raised."""

import json
import random
from collections import Counter, defaultdict
from pathlib import Path

import pydicom

from builders.fuzz import mutated
from builders.pictures import bmp, film, jpeg, patch, png, tiff, webp, zipped
from builders.ward import complaints, run_scan

FILES = 2500
LARGEST = 200_000
"""Bytes of the largest file that is mutated: small ones break in more places for the same time."""

CORPUS = Path(pydicom.__file__).parent / "data"
PICTURES = {
    "grey.png": png(film(80, 70)),
    "deep.png": png(film(80, 70, bits=12)),
    "colour.jpeg": jpeg(patch()),
    "grey.jpeg": jpeg(film(80, 70)),
    "progressive.jpeg": jpeg(film(80, 70), progressive=True),
    "grey.bmp": bmp(film(80, 70)),
    "colour.webp": webp(patch()),
    "grey.tiff": tiff(film(80, 70)),
    "pages.tiff": tiff([film(80, 70), film(60, 50)]),
    "lzw.tiff": tiff(film(80, 70), compression="tiff_lzw"),
    "jpeg.tiff": tiff(patch(), compression="jpeg"),
    "films.zip": zipped({"a.png": png(film(40, 40)), "b/c.jpeg": jpeg(film(40, 40))}),
}


def originals() -> dict[str, bytes]:
    """pydicom's own test files, and pictures that Pillow wrote."""
    ours = {
        path.name: path.read_bytes()
        for path in sorted(CORPUS.rglob("*"))
        if path.is_file() and 0 < path.stat().st_size <= LARGEST and path.suffix not in (".py", ".pyc")
    }
    return {**ours, **PICTURES}


def test_thousands_of_mutated_files_have_a_row_each_and_nothing_dies(weights: Path, tmp_path: Path) -> None:
    seed = random.Random(20260301)
    folder, out = tmp_path / "films", tmp_path / "out"
    folder.mkdir()
    files = originals()
    assert len(files) > 100
    for number in range(FILES):
        name = seed.choice(sorted(files))
        (folder / f"{number:04}-{name}").write_bytes(mutated(files[name], seed))
    done = run_scan(
        *(folder, "--weights", weights, "--model", "tiny", "--out", out, "--format", "jsonl,csv,xlsx,html"),
        "--no-gate",
        timeout=240,
    )
    assert (done.returncode, complaints(done.stderr)) == (3, "")
    lines = (out / "rows.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["type"] == "row"]
    frames: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        frames[row["name"].partition(".zip/")[0].removesuffix(".zip")].append(row["frame"])
    assert sorted(frames) == sorted(path.name.removesuffix(".zip") for path in folder.iterdir())
    reasons = Counter(row["reason"] for row in rows)
    assert not {"internal", "worker-died", "time-limit", "out-of-memory"} & reasons.keys()
    assert reasons[None] > FILES // 10
    assert len(reasons) >= 6
    assert not (out / "scan.log").exists()
