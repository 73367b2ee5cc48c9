"""The statistical gate: it lets its own kind pass, and little else."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from screener.images.judging.gate import Gate, describe, read_gate, write_gate
from screener.images.prepare import prepare
from screener.records import InputSpec, Reason
from screener.training.export.gate import fit_gate

SPEC = InputSpec(width=64, height=64)


def _films(count: int, seed: int) -> np.ndarray:
    """Pictures with one layout, two dark fields beside a bright middle, each a little different."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    films = []
    for _ in range(count):
        a, b, c = rng.uniform(0.8, 1.2, 3)
        lungs = np.exp(-(((x - 0.45 * a) / 0.3) ** 2) - (y / 0.6 / b) ** 2)
        lungs += np.exp(-(((x + 0.45 * c) / 0.3) ** 2) - (y / 0.6) ** 2)
        film = 200 - 150 * lungs + rng.normal(0, 4, x.shape)
        films.append(film.clip(0, 255).astype(np.uint8)[..., None])
    return np.stack(films)


@pytest.fixture(scope="module")
def gate() -> Gate:
    return fit_gate(_films(200, 0), _films(60, 1), "film")


def test_pictures_of_its_kind_pass(gate: Gate) -> None:
    refused = [gate.judge(film) for film in _films(200, 2)]
    assert sum(reason is not None for reason in refused) <= 4


def test_other_pictures_do_not(gate: Gate) -> None:
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 256, (64, 64, 1), dtype=np.uint8)
    stripes = np.broadcast_to((np.arange(64) // 8 % 2 * 255).astype(np.uint8)[:, None, None], (64, 64, 1))
    for picture in (noise, stripes):
        found = gate.judge(picture)
        assert found is not None
        assert found[0] is Reason.UNLIKE_TRAINING


def test_a_negative_is_called_inverted(gate: Gate) -> None:
    found = [gate.judge(255 - film) for film in _films(30, 4)]
    assert [f[0] for f in found if f] == [Reason.INVERTED] * 30


def test_exposure_and_contrast_do_not_count(gate: Gate) -> None:
    film = _films(1, 5)[0]
    faint = (film // 4 + 90).astype(np.uint8)
    assert gate.judge(film) is None
    assert gate.judge(faint) is None


def test_a_gate_is_read_back_as_it_was_written(gate: Gate, tmp_path: Path) -> None:
    assert read_gate(tmp_path) is None
    write_gate(gate, tmp_path)
    again = read_gate(tmp_path)
    assert again is not None
    films = _films(5, 6)
    for film in [*films, *(255 - films)]:
        assert again.judge(film) == gate.judge(film)


def test_patches_of_another_stain_are_out() -> None:
    rng = np.random.default_rng(0)

    def patches(count: int, colour: tuple[int, int, int]) -> np.ndarray:
        tint = rng.normal(0, 6, (count, 1, 1, 3))
        pixels = np.array(colour) + tint + rng.normal(0, 20, (count, 32, 32, 3))
        return pixels.clip(0, 255).astype(np.uint8)

    gate = fit_gate(patches(300, (180, 110, 170)), patches(80, (180, 110, 170)), "patch")
    assert sum(gate.judge(p) is not None for p in patches(100, (180, 110, 170))) <= 5
    assert all(gate.judge(p) is not None for p in patches(20, (60, 160, 60)))
    grey = np.repeat(patches(20, (120, 120, 120))[..., :1], 3, axis=3)
    assert all(gate.judge(p) is not None for p in grey)


@pytest.mark.parametrize("shape", [(160, 160), (97, 61), (5, 5)])
@pytest.mark.parametrize("levels", [(0, 256), (250, 256), (200, 201)], ids=["all", "pale", "one"])
def test_a_patch_is_described_by_its_optical_density(shape: tuple[int, int], levels: tuple[int, int]) -> None:
    """By numpy's own quantiles, differences and deviations of the density of every pixel, to rounding."""
    patch = np.random.default_rng(6).integers(*levels, (*shape, 3), dtype=np.uint8)
    density = -np.log((patch + 1.0) / 256)
    fine = [np.abs(np.diff(density[::step, ::step], axis=0)).mean(axis=(0, 1)) for step in (1, 4)]
    parts = [
        np.quantile(density, (0.05, 0.25, 0.5, 0.75, 0.95), axis=(0, 1)).ravel(),
        np.log(np.concatenate(fine) + 1e-3),
        (density - density.mean(axis=2, keepdims=True)).std(axis=(0, 1)),
    ]
    assert describe(patch[None], "patch") == pytest.approx(np.concatenate(parts)[None], rel=1e-11, abs=1e-11)


@pytest.mark.shared
def test_real_films_pass_and_patches_do_not(shared_data: Path) -> None:
    paths = sorted((shared_data / "cxr" / "train").glob("*/*.jpeg"))[::5]
    films = np.stack([prepare(np.asarray(Image.open(path).convert("L")), SPEC) for path in paths])
    held_out = films[::4]
    rest = np.delete(films, np.s_[::4], axis=0)
    gate = fit_gate(rest[: len(rest) * 4 // 5], rest[len(rest) * 4 // 5 :], "film")
    refused = np.mean([gate.judge(film) is not None for film in held_out])
    caught = np.mean(
        [
            gate.judge(prepare(np.asarray(Image.open(path)), SPEC)) is not None
            for path in sorted((shared_data / "pcam" / "valid").glob("*"))[:200]
        ]
    )
    inverted = np.mean([gate.judge(255 - film) is not None for film in held_out])
    assert refused < 0.02
    assert caught > 0.95
    assert inverted > 0.95
