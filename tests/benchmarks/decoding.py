"""How long a film takes from bytes to model input, and how near full-size films come to their twins.

    python tests/benchmarks/decoding.py [--data FOLDER] [--json FILE]

One process, one film at a time; thumbnail and scope included, as in a scan. Synthetic films of 2000 x 2500
in each transfer syntax; with --data (the folder that holds `cxr` and `cxr-original`) real ones too. Medians
of several runs: machines are shared.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.dicom import SYNTAXES, dicom
from builders.pictures import film, jpeg, png
from screener.images.decode import decode
from screener.records import Decoded, DecodeSettings, InputSpec
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="the folder of the real films")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    figures: dict[str, object] = {"milliseconds a film of 2000 x 2500": synthetic()}
    if options.data:
        figures["real films"] = real(options.data)
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def synthetic() -> dict[str, float]:
    shallow, deep = film(2500, 2000), film(2500, 2000, bits=12)
    files = {
        f"DICOM {name}": dicom(shallow, name) if name == "jpeg" else dicom(deep, name, bits=12)
        for name in SYNTAXES
    }
    files |= {
        "DICOM 16 bits, windowed": dicom(film(2500, 2000, bits=16), WindowCenter=30000, WindowWidth=50000)
    }
    files |= {"JPEG": jpeg(shallow), "PNG": png(shallow), "PNG of 16 bits": png(film(2500, 2000, bits=16))}
    return {name: milliseconds(data) for name, data in files.items()}


def real(data: Path) -> dict[str, float]:
    full = [path.read_bytes() for path in sorted((data / "cxr-original").rglob("*.jpeg"))]
    small = [path.read_bytes() for path in sorted((data / "cxr").rglob("*.jpeg"))[::100]]
    distances = np.array([distance(path, data) for path in sorted((data / "cxr-original").rglob("*.jpeg"))])
    return {
        "milliseconds a full-size JPEG": statistics.median(map(milliseconds, full)),
        "milliseconds a JPEG of 224 x 224": statistics.median(map(milliseconds, small)),
        "grey levels from full size to its twin, mean": round(float(distances.mean()), 3),
        "grey levels from full size to its twin, worst film": round(float(distances.max()), 3),
    }


def milliseconds(data: bytes) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        model_input(data)
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 1)


def distance(path: Path, data: Path) -> float:
    twin = next((data / "cxr").rglob(path.name))
    difference = model_input(path.read_bytes()).astype(int) - model_input(twin.read_bytes())
    return float(np.abs(difference).mean())


def model_input(data: bytes) -> np.ndarray:
    (outcome,) = decode(data, SETTINGS)
    assert isinstance(outcome, Decoded), outcome
    return outcome.model_input


if __name__ == "__main__":
    main()
