"""ultralytics: what `yolo classify predict source=FOLDER imgsz=224` does, by its Python interface.

    python ultralytics_predict.py FOLDER OUT.csv [--batch N]

Licensed under the AGPL: it is installed into an environment of its own for this comparison, and nothing of
ours imports it. Its classifiers have no ResNet-34, so one is described to it: torchvision's, under its own
head, whose 1 x 1 convolution adds a hundredth to the work.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ["YOLO_OFFLINE"] = "true"

_NETWORK = """
nc: 2
backbone:
  - [-1, 1, TorchVision, [512, resnet34, null, True, 2]]
head:
  - [-1, 1, Classify, [nc]]
"""


def main(place: Path) -> None:
    os.environ["YOLO_CONFIG_DIR"] = str(place)
    from report import BATCH, finish, start
    from ultralytics import YOLO

    described = place / "resnet34-cls.yaml"
    described.write_text(_NETWORK, "utf-8")
    model = YOLO(described, task="classify", verbose=False)
    batch = int(sys.argv[sys.argv.index("--batch") + 1]) if "--batch" in sys.argv else BATCH
    began = start()
    found = model.predict(
        sys.argv[1], imgsz=224, batch=batch, device="cpu", stream=True, save=False, verbose=False
    )
    rows = [(Path(one.path).name, float(one.probs.data[1])) for one in found]
    finish(began, rows, Path(sys.argv[2]))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
