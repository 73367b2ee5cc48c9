"""What becomes of a trained network before it is a model folder."""

from pathlib import Path

import pytest

from builders.films import Trainer
from screener.training import finish


@pytest.mark.parametrize(("judged_on", "times"), [("plain", 1), ("both", 2)])
def test_offsets_are_settled_on_what_the_recipe_says(
    judged_on: str, times: int, trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = []
    real = finish.fit_offsets
    monkeypatch.setattr(
        finish, "fit_offsets", lambda labels, logits: settled.append(len(labels)) or real(labels, logits)
    )
    card = trainer(tmp_path / "out", settings=("stages=16x1", "batch=8", f"judged_on={judged_on}")).card
    assert settled == [times * card.metrics["pictures"]]
    assert ("alone" in card.training["calibration"]) == (judged_on == "plain")
    assert card.training["kept_by"].startswith("the plain") == (judged_on == "plain")
