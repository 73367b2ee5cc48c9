import math

import numpy as np
import pytest
import torch

from screener.training.augment import POLICIES, augment, degrade, geometry, levels
from screener.training.augment.draws import Draws
from screener.training.recipes.choices import AUGMENTATIONS


def _pictures(count: int, channels: int = 1, side: int = 30) -> torch.Tensor:
    return 255 * torch.rand(count, channels, side, side, generator=torch.Generator().manual_seed(3))


def _seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_policies_are_the_recipes_list() -> None:
    assert tuple(sorted(POLICIES)) == AUGMENTATIONS


def test_the_parts_of_the_films_policy_are_the_whole_of_it_and_share_no_change() -> None:
    parts = [change for name in ("geometry", "levels", "quality") for change in POLICIES[f"film-{name}"]]
    assert tuple(parts) == POLICIES["film"]
    assert len(set(parts)) == len(parts)


def test_each_part_of_the_films_policy_changes_what_it_says() -> None:
    """A disc in the middle of a black picture, 12 px across: where it is, how bright it is, how sharp."""
    rows = torch.arange(30.0)[:, None] - 14.5
    disc = (rows**2 + rows.T**2 < 36).float()
    pictures = (disc * 128).expand(64, 1, 30, 30)
    levels_alone = augment(pictures, "film-levels", 1.0, _seeded())
    two = levels_alone.flatten(1).sort().values
    assert torch.allclose(two[:, 0], two[:, 700], atol=1e-3)  # the ground is one level still
    assert torch.allclose(two[:, -1], two[:, -100], atol=1e-3)  # and the disc another
    assert float(two[:, -1].std()) > 10
    moved = augment(pictures, "film-geometry", 1.0, _seeded())
    assert float(moved.max()) <= 128 + 1e-3
    assert float((moved - pictures).abs().amax(dim=(1, 2, 3)).min()) > 30


@pytest.mark.parametrize(
    ("policy", "channels"),
    [(policy, channels) for policy in sorted(set(AUGMENTATIONS) - {"none"}) for channels in (1, 3)],
)
def test_levels_stay_in_range_and_every_picture_has_its_own_draw(policy: str, channels: int) -> None:
    same = _pictures(1, channels).expand(12, -1, -1, -1)
    changed = augment(same, policy, 1.0, _seeded())
    assert changed.shape == same.shape
    assert float(changed.min()) >= 0
    assert float(changed.max()) <= 255
    differences = [(changed[0] - changed[n]).abs().mean() for n in range(1, 12)]
    assert min(float(difference) for difference in differences) > 1


def test_one_seed_gives_one_result() -> None:
    pictures = _pictures(4)
    first, again, other = (augment(pictures, "film", 1.0, _seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(("policy", "strength"), [("film", 0.0), ("none", 1.0)])
def test_no_strength_changes_nothing(policy: str, strength: float) -> None:
    pictures = _pictures(3)
    torch.testing.assert_close(augment(pictures, policy, strength, _seeded()), pictures)


def _draws(count: int, strength: float = 1.0) -> Draws:
    return Draws(_seeded(), count, torch.device("cpu"), strength)


@pytest.mark.parametrize("change", [levels.gamma, levels.contrast, levels.curve, levels.equalise])
def test_a_change_of_levels_keeps_their_order(change: object) -> None:
    ramp = torch.linspace(0.02, 0.98, 64).view(1, 1, 8, 8).expand(32, -1, -1, -1)
    changed = change(ramp, _draws(32)).flatten(1)  # type: ignore[operator]
    assert bool((changed.diff(dim=1) >= -1e-5).all())
    assert not torch.allclose(changed, ramp.flatten(1))


def test_equalising_flattens_the_histogram() -> None:
    dark = torch.rand(400, 1, 32, 32, generator=_seeded()) ** 3
    changed = levels.equalise(dark, _draws(400))
    spread = changed.mean(dim=(1, 2, 3))
    assert float(spread.max()) > 0.45  # some are wholly flat, with a mean of a half
    assert float(spread.min()) < 0.27  # most are as they were, with a mean of a quarter


def test_a_blur_keeps_the_mean_and_takes_the_detail() -> None:
    pictures = _pictures(2, 3, 40) / 255
    blurred = degrade.blur(pictures, torch.full((2, 1, 1, 1), 1.5))
    assert float((blurred.mean() - pictures.mean()).abs()) < 0.01
    assert float(blurred.std()) < 0.4 * float(pictures.std())


def test_blocks_of_a_flat_picture_stay_flat() -> None:
    flat = torch.full((16, 1, 20, 20), 0.5)
    changed = degrade.blocks(flat, _draws(16))
    assert float(changed.std(dim=(1, 2, 3)).max()) < 1e-5
    assert float((changed - 0.5).abs().max()) < 0.05


def test_a_patch_is_turned_by_right_angles_about_its_centre() -> None:
    spot = torch.zeros(64, 1, 32, 32)
    spot[:, :, 13:19, 13:19] = 1
    turned = geometry.patch(spot, _draws(64, 0.0))
    torch.testing.assert_close(turned, spot, atol=1e-4, rtol=0)


def test_a_mirrored_film_is_mirrored_left_to_right() -> None:
    films = torch.zeros(32, 1, 16, 16)
    films[:, :, :, :4] = 1
    moved = geometry.film(films, _draws(32, 0.0))
    left = np.array([float(film[0, 8, 0]) for film in moved])
    assert set(left.round(3)) == {0.0, 1.0}
    torch.testing.assert_close(moved[left < 0.5][0], films[0].flip(2), atol=1e-4, rtol=0)


def test_r0s_cnn_saw_films_turned_zoomed_and_shifted_as_far_as_it_says() -> None:
    disc = _disc(32)
    moved = geometry.r0_cnn(disc.expand(400, -1, -1, -1), _draws(400))
    area = moved.sum(dim=(1, 2, 3)) / disc.sum()  # goes with the square of the zoom
    assert 0.64 - 0.03 < float(area.min()) < 0.75
    assert 1.3 < float(area.max()) < 1.44 + 0.06
    place = (moved.sum(dim=2).flatten(1) * torch.arange(32)).sum(dim=1) / moved.sum(dim=(1, 2, 3))
    assert 2.6 < float((place - 15.5).abs().max()) < 1.05 * 3.2 * 2**0.5


def test_r0s_resnet_saw_brighter_and_duller_films_of_the_same_place() -> None:
    flat = torch.full((400, 3, 1, 1), 0.5) * torch.tensor([1.0, 0.8, 0.6]).view(1, 3, 1, 1)
    changed = levels.brightness(flat, _draws(400))
    lit = changed.mean(dim=(1, 2, 3)) / flat.mean()
    colour = (changed[:, 0] - changed[:, 2]).flatten() / lit / 0.2
    for share in (lit, colour):
        assert 0.8 - 1e-4 < float(share.min()) < 0.81
        assert 1.19 < float(share.max()) < 1.2 + 1e-4
    disc = _disc(32)
    torch.testing.assert_close(geometry.r0_resnet(disc, _draws(1)), disc, atol=0.25, rtol=0)


def test_r3_turned_patches_by_up_to_40_degrees_and_mirrored_them_both_ways() -> None:
    patch = torch.zeros(1, 1, 33, 33)
    patch[:, :, 4:12, 6:10] = 1
    kinds = {_key(turned) for turned in (patch, patch.flip(2), patch.flip(3), patch.flip(2, 3))}
    still = geometry.r3(patch.expand(64, -1, -1, -1), _draws(64, 0.0))
    assert {_key(one) for one in still} == kinds
    spot = torch.zeros(1, 1, 65, 65)
    spot[:, :, 32, 50:53] = 1
    moved = geometry.r3(spot.expand(400, -1, -1, -1), _draws(400))
    rows = (moved.sum(dim=3).flatten(1) * torch.arange(65)).sum(dim=1) / moved.sum(dim=(1, 2, 3))
    highest = float((rows - 32).abs().max()) / 19
    assert math.sin(math.radians(38)) < highest < math.sin(math.radians(41))


def _disc(side: int) -> torch.Tensor:
    """A soft disc in the middle of a picture, 1 x 1 x side x side."""
    line = torch.linspace(-1, 1, side)
    return torch.sigmoid(20 * (0.4 - (line[:, None] ** 2 + line[None] ** 2).sqrt())).view(1, 1, side, side)


def _key(picture: torch.Tensor) -> bytes:
    return (picture.flatten() > 0.5).numpy().tobytes()
