"""screener on the same folder, with a ResNet-34 of 224 pixels made for this comparison, or one that ships.

python ours.py build FOLDER              make the model folder FOLDER/resnet34, with an int8 graph
python ours.py scan FILMS OUT WEIGHTS MODEL PRECISION
"""

import multiprocessing
import os
import sys
from dataclasses import replace
from pathlib import Path

from report import Clock, cost, start

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

NAME = "pneumonia-untrained"


def build(weights: Path) -> None:
    """Write a model folder: an untrained ResNet-34 for 224 pixels. Its cost is a trained one's."""
    import numpy as np
    import torch

    from builders.model import tiny_card
    from screener.models.architectures import build as network_of
    from screener.models.card import INT8_GRAPH, Quantised, write_card
    from screener.records import InputSpec
    from screener.training.export.graphs import export_network, round_weights
    from screener.training.export.quantise import fold, quantise_graph

    torch.manual_seed(0)
    folder = weights / NAME
    folder.mkdir(parents=True)
    spec = InputSpec()
    network = network_of("resnet34", spec, 2).eval()
    round_weights(network)
    outputs = export_network(network, spec, folder)
    pictures = np.random.default_rng(0).integers(
        0, 256, (8, spec.height, spec.width, spec.channels), np.uint8
    )
    nodes = fold(network, spec, weights / "folded.onnx")
    quantise_graph(weights / "folded.onnx", nodes, pictures, folder / INT8_GRAPH)
    card = replace(tiny_card(), name=NAME, architecture="resnet34", input=spec, outputs=outputs)
    write_card(replace(card, int8=Quantised(1.0, card.operating_points, {})), folder)


def _ready() -> Clock:
    """Now; what decode workers have spent on starting is behind us, though they have not ended (Linux)."""
    wall, processor = start()
    for child in multiprocessing.active_children():
        stat = Path(f"/proc/{child.pid}/stat")
        if stat.exists():
            fields = stat.read_text("ascii").rpartition(")")[2].split()
            processor += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return wall, processor


def scan(films: str, out: str, weights: str, model: str, precision: str) -> None:
    """Scan, and print what it cost from the open store (model loaded) to the report."""
    from screener.commands.scan import scan as run
    from screener.records import ScanRequest

    request = ScanRequest(
        (films,), model=model, weights=Path(weights), out=Path(out), formats=("csv",), precision=precision,
        rescan=True,
    )  # fmt: skip
    ready: list[Clock] = []
    result = run(request, lambda progress: None, lambda folder: ready.append(_ready()))
    if result.counts.scored != result.counts.total:
        raise SystemExit(f"{result.counts.total - result.counts.scored} films were not scored")
    print(cost(ready[0], result.counts.scored))


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]))
    else:
        scan(*sys.argv[2:])
