"""How many real films the scope gate refuses, and how many other pictures it lets pass.

    python tests/benchmarks/scope_gate.py --data FOLDER [--model weights/pneumonia-resnet34] [--json FILE]

FOLDER holds `cxr`, `cxr-original`, `pcam` and `dicom`. The films held out are those that the model's own
split.csv keeps for validation. Out of scope are: pydicom-data's hip, extremity, CT, MR, ultrasound and
colour files; scikit-image's photographs, each in colour and in grey; patches (for a chest model) or films
(for a patch model); and negatives of the held-out films, which a chest model must call inverted. Files go
through the program's own path: bytes, decode, tags, grey levels, gate.
"""

import argparse
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from screener.images.decode import decode
from screener.images.judging.gate import Gate, read_gate
from screener.models.card import read_card
from screener.records import Decoded, DecodeSettings, Reason
from screener.tasks.load import load_task

PHOTOGRAPHS = (
    "astronaut brick camera cat cell clock coffee coins colorwheel grass gravel horse hubble_deep_field "
    "immunohistochemistry logo moon page retina rocket text"
)
ELSEWHERE = ("RG2", "RG3", "CT", "MR", "US", "NM", "XA", "SC_", "693", "eCT", "gdcm", "color", "examples")
TURNS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path("weights/pneumonia-resnet34"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    card = read_card(options.model)
    gate = read_gate(options.model)
    if gate is None:
        raise SystemExit(f"{options.model} has no gate")
    task = load_task(card.task)
    judge = Judge(DecodeSettings(card.input, task, thumbnail=0), gate)
    report: dict[str, object] = {"model": card.name, "in_scope": {}, "out_of_scope": {}}
    kept = dict(in_scope(options, task.kind))
    for name, files in kept.items():
        report["in_scope"][name] = judge.count(files)
    for name, files in out_of_scope(options.data, task.kind, kept["held out"]):
        report["out_of_scope"][name] = judge.count(files)
    caught = list(report["out_of_scope"].values())
    report["false_reject"] = (
        report["in_scope"]["held out"]["refused"] / report["in_scope"]["held out"]["pictures"]
    )
    report["caught"] = sum(c["refused"] for c in caught) / sum(c["pictures"] for c in caught)
    report["caught_mean_over_groups"] = float(np.mean([c["refused"] / c["pictures"] for c in caught]))
    print(json.dumps(report, indent=2))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


class Judge:
    """What the program says of a file's scope."""

    def __init__(self, settings: DecodeSettings, gate: Gate) -> None:
        self.settings = settings
        self.gate = gate

    def reasons(self, data: bytes) -> Iterator[str]:
        """Why each frame is refused; "" for one that would be scored. Unreadable files give nothing."""
        for outcome in decode(data, self.settings):
            if isinstance(outcome, Decoded):
                found = outcome.scope or (self.gate.judge(outcome.model_input) or (None,))[0]
                yield found.value if isinstance(found, Reason) else ""

    def count(self, files: Iterable[tuple[str, bytes]]) -> dict[str, object]:
        reasons: Counter[str] = Counter()
        passed = []
        for name, data in files:
            for reason in list(self.reasons(data))[:1]:
                reasons[reason] += 1
                if not reason:
                    passed.append(name)
        total = sum(reasons.values())
        by_reason = {reason: n for reason, n in reasons.most_common() if reason}
        return {
            "pictures": total,
            "refused": total - reasons[""],
            "by_reason": by_reason,
            "passed": passed[:5] if len(passed) < total else f"all {total}",
        }


def in_scope(options: argparse.Namespace, kind: str) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    root = options.data / ("cxr" if kind == "film" else "pcam")
    with (options.model / "split.csv").open(newline="", encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if line["split"].startswith("val")]
    yield "held out", [(line["path"], (root / line["path"]).read_bytes()) for line in lines]
    if kind == "film":
        yield "full size", list(read((options.data / "cxr-original").glob("*/*")))
        adults = [options.data / "dicom" / "chest" / "rsna_adult_pa.dcm", *shipped(("RG1",))]
        yield "adults", list(read(adults))


def out_of_scope(
    data: Path, kind: str, films: list[tuple[str, bytes]]
) -> Iterator[tuple[str, Iterable[tuple[str, bytes]]]]:
    yield (
        "other parts and modalities (DICOM)",
        read([*shipped(ELSEWHERE), *data.glob("dicom/out-of-scope/*")]),
    )
    yield (
        "the same as PNG, no tags",
        pictures_of(shipped(("RG2", "RG3", "CT", "MR", "US", "NM", "XA", "eCT", "693"))),
    )
    yield "photographs", photographs("RGB")
    yield "photographs, grey", photographs("L")
    if kind == "film":
        yield "patches", read(sorted((data / "pcam" / "valid").glob("*"))[:TURNS])
        yield "patches, grey", grey(read(sorted((data / "pcam" / "valid").glob("*"))[:TURNS]))
        yield "negatives of films", negatives(films[:TURNS])
        yield "a mislabelled film", read([data / "dicom" / "chest" / "mislabelled_monochrome1.dcm"])
    else:
        yield "chest films", read(sorted((data / "cxr" / "train").glob("*/*"))[:TURNS])


def read(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    return ((path.name, path.read_bytes()) for path in sorted(paths))


def shipped(starts: tuple[str, ...]) -> list[Path]:
    """Files of pydicom-data whose names begin so; one of those that differ in their encoding alone."""
    spec = find_spec("data_store")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pydicom-data is not installed: pip install '.[demo]'")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    names = {
        path.name.split("_")[0]: path for path in sorted(folder.iterdir()) if path.name.startswith(starts)
    }
    return sorted(names.values())


def pictures_of(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """The DICOM files as PNG: grey levels by the program's own chain, nothing of the header."""
    from screener.images.dicom import pictures as dicom
    from screener.records import InputSpec, Picture

    settings = DecodeSettings(InputSpec(), load_task("pneumonia"), gate=False)
    for path in paths:
        first = next(iter(dicom.pictures(path.read_bytes(), settings)), None)
        if isinstance(first, Picture):
            yield path.name, png(Image.fromarray(first.pixels))


def photographs(mode: str) -> Iterator[tuple[str, bytes]]:
    from skimage import data

    for name in PHOTOGRAPHS.split():
        try:
            pixels = getattr(data, name)()
        except (ModuleNotFoundError, OSError, ValueError):  # not among those that the wheel carries
            continue
        pixels = pixels * 255 if pixels.dtype == bool else pixels
        yield name, png(Image.fromarray(pixels.astype(np.uint8)).convert(mode))


def grey(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    return ((name, png(Image.open(io.BytesIO(data)).convert("L"))) for name, data in files)


def negatives(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, data in files:
        yield name, png(Image.fromarray(255 - np.asarray(Image.open(io.BytesIO(data)).convert("L"))))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
