"""The loop that a user would write: torchvision, a DataLoader, PyTorch as it comes.

python plain.py FOLDER OUT.csv
"""

import sys
from pathlib import Path

import torch
from PIL import Image
from plain_dicom import read
from report import BATCH, WORKERS, finish, start
from torch.utils.data import DataLoader, Dataset
from torchvision import models, transforms
from torchvision.datasets.folder import default_loader


class Films(Dataset):
    """The folder's films, ready for the network."""

    def __init__(self, folder: Path) -> None:
        self.paths = sorted(path for path in folder.iterdir() if path.is_file())
        self.transform = transforms.Compose(
            [
                transforms.Resize((224, 224)),
                transforms.ToTensor(),
                transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
            ]
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> torch.Tensor:
        return self.transform(opened(self.paths[index]))


def opened(path: Path) -> Image.Image:
    """The film in three colours."""
    return read(path.read_bytes()).convert("RGB") if path.suffix == ".dcm" else default_loader(str(path))


if __name__ == "__main__":
    network = models.resnet34(num_classes=2).eval()
    began = start()
    films = Films(Path(sys.argv[1]))
    shares = []
    with torch.inference_mode():
        for batch in DataLoader(films, batch_size=BATCH, num_workers=WORKERS):
            shares += network(batch).softmax(1)[:, 1].tolist()
    finish(began, zip((path.name for path in films.paths), shares, strict=True), Path(sys.argv[2]))
