"""How long 16-bit DICOM films of 2,000 x 2,500 take to the model's input, against pydicom and numpy.

    python tests/benchmarks/dicom_films.py FOLDER [--films 3] [--runs 3] [--json FILE]

FOLDER holds full-size JPEG films, which are enlarged, given grain, and written in several transfer syntaxes
with a window. Ours is all that a scan does before the model: hashing, header, grey-level chain, scope,
thumbnail, input. Plain is what one would write: `dcmread`, `pixel_array`, `apply_modality_lut`,
`apply_voi_lut`, a stretch to eight bits, Pillow's resize; no checks, no thumbnail. Processor time of one
thread, least of the runs, mean of the films; interleaved.
"""

import argparse
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

sys.path[:0] = [str(Path(__file__).parent / "peers"), *map(str, Path(__file__).parents[1:3])]

from plain_dicom import read  # noqa: E402

from builders.dicom import dicom  # noqa: E402
from screener.images.decode import decode  # noqa: E402
from screener.records import Decoded, DecodeSettings, InputSpec  # noqa: E402
from screener.tasks.load import load_task  # noqa: E402

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
SYNTAXES = ("explicit", "rle", "jpeg-lossless-sv1", "jpeg-ls", "jpeg2000", "htj2k")
WINDOW = {"WindowCenter": 2048, "WindowWidth": 3600}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.jpeg"))[: options.films]
    figures = {}
    for syntax in SYNTAXES:
        films = [deep_film(path, 0, syntax) for path in paths]
        figures[syntax] = compared(films, options.runs)
        print(syntax, json.dumps(figures[syntax]))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def deep_film(path: Path, number: int, syntax: str = "explicit") -> bytes:
    """The film as DICOM: 12 bits in 16, 2,500 rows of 2,000, a window, and grain that `number` seeds."""
    with Image.open(path) as image:
        large = image.convert("L").resize((2000, 2500), Image.Resampling.BICUBIC)
    levels = np.asarray(large, np.float32) / 255 * 4095
    levels += np.random.default_rng(number).normal(0, 10, levels.shape)
    return dicom(levels.clip(0, 4095).astype(np.uint16), syntax, bits=12, **WINDOW)


def compared(films: list[bytes], runs: int) -> dict[str, float | str]:
    """Milliseconds a film, and how many times quicker ours is."""
    found: dict[str, float | str] = {}
    for name, way in (("ours_ms", ours), ("plain_ms", plain)):
        try:
            found[name] = round(statistics.mean(least(way, film, runs) for film in films), 1)
        except (NotImplementedError, RuntimeError) as error:  # pydicom has no decoder for it here
            return {**found, "plain": f"cannot read it: {type(error).__name__}"}
    return {**found, "ratio": round(float(found["plain_ms"]) / float(found["ours_ms"]), 2)}


def least(way: Callable[[bytes], object], film: bytes, runs: int) -> float:
    took = []
    for _ in range(runs):
        began = time.process_time()
        way(film)
        took.append((time.process_time() - began) * 1e3)
    return min(took)


def ours(data: bytes) -> np.ndarray:
    hashlib.sha256(data).hexdigest()
    (outcome,) = decode(data, SETTINGS)
    assert isinstance(outcome, Decoded), outcome
    return outcome.model_input


def plain(data: bytes) -> np.ndarray:
    return np.asarray(read(data).resize((224, 224), Image.Resampling.BILINEAR))


if __name__ == "__main__":
    main()
