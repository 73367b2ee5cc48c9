"""Folders of drawn films that a small network can learn in seconds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from screener.training.request import TrainResult

SETTINGS = ("stages=24x2,32x4", "batch=8", "lr=0.01", "strength=0.5")
"""The recipe that the fixture `trained` is made with."""

Trainer = Callable[..., TrainResult]
"""The fixture `trainer`: from an output folder, a progress callback and fields of `TrainRequest`."""


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
