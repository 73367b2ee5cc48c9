"""What a study's plots join by a line."""

from screener.training.studies.plots import _seeds_as_one


def test_the_seeds_of_a_trial_are_one_point_of_the_line_and_each_is_shown_beside_it() -> None:
    means, seeds = _seeds_as_one(
        [(0.5, "crop-0.5", 0.25), (0.5, "crop-0.5", 0.75), (1.0, "crop-1.0", 0.5), (1.0, "crop-1.0", None)]
    )
    assert means == [(0.5, 0.5), (1.0, 0.5)]
    assert seeds == [(0.5, 0.25), (0.5, 0.75)]


def test_different_trials_at_one_place_are_not_averaged() -> None:
    assert _seeds_as_one([(34.0, "resnet34", 0.5), (34.0, "ours", 0.75)]) == ([(34.0, 0.5), (34.0, 0.75)], [])
