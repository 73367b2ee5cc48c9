"""What a card says of starting weights."""

import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from builders.model import build_model
from screener.models.card import WEIGHTS, read_card, seal, write_card
from screener.training.origins import starts


def test_without_weights_it_began_at_random() -> None:
    assert starts.describe_start(None) == starts.RANDOM == "random weights"
    assert starts.start_hash(None) is None


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"weights")
    found = starts.describe_start(path)
    assert found["name"] == "mine.safetensors"
    assert found["origin"] == found["licence"] == "not stated"
    assert found["sha256"] == starts.start_hash(path) == seal(path).sha256


def test_a_model_folder_names_its_own_data(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    build_model(folder)
    found = starts.describe_start(folder)
    assert found["sha256"] == starts.start_hash(folder) == seal(folder / WEIGHTS).sha256
    write_card(replace(read_card(folder), intended_use="said anew"), folder)
    assert starts.describe_start(folder)["sha256"] == found["sha256"]


def test_a_model_that_began_with_weights_passes_their_origin_and_licence_on(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    card = build_model(folder)
    before = {"name": "net.safetensors", "sha256": "0" * 64, "origin": "photographs", "licence": "MIT; CC0"}
    data = {"title": "our films", "licence": "CC0"}
    write_card(replace(card, training={"data": data, "start": before}), folder)
    found = starts.describe_start(folder)
    assert isinstance(found, dict)
    assert found["origin"].endswith("trained on our films; it began with net.safetensors: photographs")
    assert found["licence"] == "CC0; MIT"
    write_card(replace(card, training={"data": data, "start": found}), folder)
    again = starts.describe_start(folder)
    assert isinstance(again, dict)
    assert again["origin"].endswith(f"it began with {found['name']}: {found['origin']}")
    assert again["licence"] == "CC0; MIT"


def test_the_known_files_have_an_origin_and_a_licence() -> None:
    known = tomllib.loads(files(starts.__package__).joinpath("starts.toml").read_text("utf-8"))
    assert known
    for sha256, entry in known.items():
        assert len(sha256) == 64
        assert entry["title"]
        assert entry["licence"] in ("MIT", "Apache-2.0", "CC BY 4.0")
