import pytest
import torch

from screener.training.learning.mixing import mixed
from screener.training.recipes.recipe import TrainRecipe

LEVELS = torch.arange(4.0).view(4, 1, 1, 1).expand(4, 1, 8, 8) * 50
LABELS = torch.tensor([0, 1, 2, 1])


def test_without_mixing_the_batch_is_itself() -> None:
    levels, targets = mixed(LEVELS, LABELS, TrainRecipe(), 3)
    assert levels is LEVELS
    assert targets is LABELS


@pytest.mark.parametrize("fields", [{"mixup": 0.4}, {"cutmix": 1.0}, {"mixup": 1.0, "cutmix": 1.0}])
def test_targets_follow_the_pictures_and_sum_to_one(fields: dict[str, float]) -> None:
    torch.manual_seed(3)
    for _ in range(8):
        levels, targets = mixed(LEVELS, LABELS, TrainRecipe(**fields), 3)
        assert targets.shape == (4, 3)
        torch.testing.assert_close(targets.sum(dim=1), torch.ones(4))
        # The second picture (50) is mixed with the first (0): what is left of it is its label's share.
        share = float(levels[1].mean()) / 50
        assert float(targets[1, 1]) == pytest.approx(share, abs=1e-5)


def test_mixup_blends_and_cutmix_pastes() -> None:
    torch.manual_seed(0)
    blended, _ = mixed(LEVELS, LABELS, TrainRecipe(mixup=1.0), 3)
    assert len(blended[1].unique()) == 1
    pasted, _ = mixed(LEVELS, LABELS, TrainRecipe(cutmix=1.0), 3)
    assert set(pasted.unique().tolist()) <= {0.0, 50.0, 100.0, 150.0}
