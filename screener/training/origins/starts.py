"""What a card says of the weights that a training began with."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from screener.models.card import WEIGHTS, ModelCard, read_card, seal
from screener.training.learning.published import is_published

RANDOM = "random weights"


def describe_start(source: Path | None) -> Mapping[str, str] | str:
    """Name, sha256, origin and licence of `source`: a weights file, a model folder, or None for random.

    A file is known by its sha256; of one that is not, its origin and licence are "not stated". Of a folder
    the sha256 is that of its weights, which a card that is written anew leaves as they are.
    """
    if source is None:
        return RANDOM
    if source.is_dir():
        return _of_model(read_card(source), seal(source / WEIGHTS).sha256)
    sha256 = seal(source).sha256
    known = tomllib.loads(files(__package__).joinpath("starts.toml").read_text("utf-8")).get(sha256, {})
    if not known and is_published(source, sha256):
        known = {"title": "trained on ImageNet, as torchvision publishes it", "licence": "BSD-3-Clause"}
    return {
        "name": source.name,
        "sha256": sha256,
        "origin": known.get("title", "not stated"),
        "licence": known.get("licence", "not stated"),
    }


def _of_model(card: ModelCard, sha256: str) -> Mapping[str, str]:
    """A model's origin and licence are those of its data and of what it began with itself."""
    data, before = card.training.get("data", {}), card.training.get("start")
    origin = f"this program's model of {card.created}, trained on {data.get('title', 'not stated')}"
    licences = [data.get("licence", "")]
    if isinstance(before, dict):
        origin += f"; it began with {before['name']}: {before['origin']}"
        licences += before["licence"].split("; ")
    licence = "; ".join(dict.fromkeys(filter(None, licences)))
    return {"name": card.name, "sha256": sha256, "origin": origin, "licence": licence}


def start_hash(source: Path | None) -> str | None:
    """The sha256 of the weights in `source`, a file or a model folder."""
    if source is None:
        return None
    return seal(source / WEIGHTS if source.is_dir() else source).sha256
