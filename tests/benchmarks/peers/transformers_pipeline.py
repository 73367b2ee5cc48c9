"""Hugging Face's image-classification pipeline over the folder's files.

    python transformers_pipeline.py FOLDER OUT.csv

The network is built from its configuration (ResNet with basic blocks), so nothing is downloaded.
"""

import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

from report import BATCH, WORKERS, finish, start
from torch.utils.data import Dataset
from transformers import ResNetConfig, ResNetForImageClassification, ViTImageProcessor, pipeline


class Paths(Dataset):
    """The folder's files, by their paths: the pipeline opens them."""

    def __init__(self, folder: Path) -> None:
        self.paths = sorted(path for path in folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> str:
        return str(self.paths[index])


if __name__ == "__main__":
    config = ResNetConfig(
        embedding_size=64,
        hidden_sizes=[64, 128, 256, 512],
        depths=[3, 4, 6, 3],
        layer_type="basic",
        num_labels=2,
    )
    classify = pipeline(
        "image-classification",
        model=ResNetForImageClassification(config).eval(),
        image_processor=ViTImageProcessor(size={"height": 224, "width": 224}),
        device="cpu",
    )
    began = start()
    films = Paths(Path(sys.argv[1]))
    found = classify(films, batch_size=BATCH, num_workers=WORKERS)
    rows = [
        (path.name, next(label["score"] for label in labels if label["label"] == "LABEL_1"))
        for path, labels in zip(films.paths, found, strict=True)
    ]
    finish(began, rows, Path(sys.argv[2]))
