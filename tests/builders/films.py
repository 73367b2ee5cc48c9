"""Folders of drawn films that a small network can learn in seconds."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
from PIL import Image

from builders.pictures import patch
from screener.training.request import TrainResult

SETTINGS = ("stages=24x2,32x4", "batch=8", "lr=0.01", "strength=0.5")
"""The recipe that the fixture `trained` is made with."""

Trainer = Callable[..., TrainResult]
"""The fixture `trainer`: from an output folder, a progress callback and fields of `TrainRequest`."""

PCAM_NAME = "camelyonpatch_level_2_split_{}_{}.h5"
"""PatchCamelyon's files, by split and by what is in them."""


def draw_film(random: np.random.Generator, sick: bool) -> np.ndarray:
    """A grey picture of 40 x 48: noise on a slope, with a bright square where `sick`."""
    levels = random.normal(90, 12, (40, 48)) + np.linspace(0, 30, 48)
    if sick:
        top, left = random.integers(4, 14, 2)
        levels[top : top + 18, left : left + 18] += 90
    return levels.clip(0, 255).astype(np.uint8)


def build_films(folder: Path, patients: int = 20) -> Path:
    """`folder` in Kermany's layout: `patients` of each class, two films each."""
    random = np.random.default_rng(5)
    names = {"NORMAL": "IM-{:04d}-000{}.jpeg", "PNEUMONIA": "person{}_bacteria_{}.jpeg"}
    for label, name in names.items():
        place = folder / "train" / label
        place.mkdir(parents=True)
        for patient in range(patients):
            for film in (1, 2):
                picture = draw_film(random, label == "PNEUMONIA")
                Image.fromarray(picture).save(place / name.format(patient, film), quality=95)
    return folder


def write_pcam(folder: Path, splits: dict[str, int], slides: bool = False) -> Path:
    """Files of so many patches a split, labels in turn, as the published ones are laid out."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, (split, count) in enumerate(splits.items()):
        with h5py.File(folder / PCAM_NAME.format(split, "x"), "w") as file:
            pictures = np.stack([patch(96, seed=1000 * at + n) for n in range(count)])
            file.create_dataset("x", data=pictures, chunks=(min(8, count), 96, 96, 3), compression="gzip")
        with h5py.File(folder / PCAM_NAME.format(split, "y"), "w") as file:
            file["y"] = (np.arange(count) % 2).astype(np.uint8).reshape(-1, 1, 1, 1)
        if slides:
            lines = "".join(f"{n},{split}_slide_{n // 4}\n" for n in range(count))
            (folder / PCAM_NAME.format(split, "meta").replace(".h5", ".csv")).write_text(f",wsi\n{lines}")
    return folder
