"""How far lossy files of the same films move the scores of the models that ship.

    python tests/benchmarks/lossy_codecs.py FILMS [--models NAME,NAME] [--json FILE]

FILMS holds full-size JPEG films, which are decoded once and written again as DICOM: as they are, and by each
lossy codec of the tests' builders, as eight bits, as their complement (MONOCHROME1) and with twelve bits.
Every model scans all. For each codec: the largest and the mean change of a score, of its logit, and how many
films change their band in any of its files.
"""

import argparse
import json
import math
import sys
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.dicom import LOSSLESS, SYNTAXES, dicom
from screener.commands.scan import scan
from screener.records import ScanRequest

CODECS = tuple(name for name in SYNTAXES if name not in LOSSLESS)
DEEP = {"WindowCenter": 2048, "WindowWidth": 4096, "VOILUTFunction": "LINEAR_EXACT"}
PLAIN = "explicit"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", type=Path)
    parser.add_argument("--models", default="pneumonia-mobilenet_v3_large,pneumonia-resnet34")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    originals = sorted(path for path in options.films.rglob("*") if path.suffix.lower() in (".jpeg", ".jpg"))
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "films"
        folder.mkdir()
        for number, film in enumerate(originals):
            write(np.asarray(Image.open(film).convert("L")), number, folder)
        for model in options.models.split(","):
            found[model] = measured(rows_of(folder, model, Path(temporary) / model), len(originals))
            show(model, found[model], len(originals))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def write(pixels: np.ndarray, number: int, folder: Path) -> None:
    """One film as it is and by each codec; baseline JPEG has eight bits only, extended JPEG here twelve."""
    (folder / f"{number:03}-{PLAIN}").write_bytes(dicom(pixels, PLAIN))
    for codec in CODECS:
        if codec != "jpeg":
            deep = dicom(pixels.astype(np.uint16) << 4, codec, bits=12, **DEEP)
            (folder / f"{number:03}-{codec}-deep").write_bytes(deep)
        if codec != "jpeg-extended":
            inverse = dicom(255 - pixels, codec, photometric="MONOCHROME1")
            (folder / f"{number:03}-{codec}-inverse").write_bytes(inverse)
            (folder / f"{number:03}-{codec}-plain").write_bytes(dicom(pixels, codec))


def rows_of(folder: Path, model: str, out: Path) -> dict[str, dict[str, Any]]:
    scan(ScanRequest((str(folder),), model=model, out=out, formats=("jsonl",)), lambda progress: None)
    lines = (out / "rows.jsonl").read_text("utf-8").splitlines()
    return {row["image_id"]: row for row in map(json.loads, lines[1:])}


def measured(rows: dict[str, dict[str, Any]], films: int) -> dict[str, dict[str, float]]:
    found = {}
    for codec in CODECS:
        pairs = [
            (rows[f"{number:03}-{PLAIN}"], rows[name])
            for number in range(films)
            for form in ("plain", "inverse", "deep")
            if (name := f"{number:03}-{codec}-{form}") in rows
        ]
        other = {a["image_id"] for a, b in pairs if a["band"] != b["band"]}
        scores = [abs(a["score"] - b["score"]) for a, b in pairs]
        logits = [abs(logit(a["score"]) - logit(b["score"])) for a, b in pairs]
        found[codec] = {
            "largest": max(scores),
            "mean": fmean(scores),
            "largest_logit": max(logits),
            "mean_logit": fmean(logits),
            "bands": len(other),
        }
    return found


def logit(score: float) -> float:
    return math.log(score / (1 - score))


def show(model: str, found: dict[str, dict[str, float]], films: int) -> None:
    print(f"{model}, {films} films")
    print(f"{'codec':16}{'largest':>10}{'mean':>10}{'of logits':>12}{'mean':>10}{'other band':>12}")
    for codec, one in found.items():
        print(
            f"{codec:16}{one['largest']:10.4f}{one['mean']:10.5f}{one['largest_logit']:12.3f}"
            f"{one['mean_logit']:10.4f}{one['bands']:12}"
        )


if __name__ == "__main__":
    main()
