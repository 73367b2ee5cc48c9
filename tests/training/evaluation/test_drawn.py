"""What a reader of the plots must be able to read."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from screener.training.evaluation.plots import _heights
from screener.training.export.plots import draw_reliability


@pytest.mark.parametrize(
    "places", [(0.3005, 0.5002, 0.511), (0.5, 0.501, 0.502), (0.02, 0.04, 0.06), (0.5,), (0.98, 0.99, 1.0)]
)
def test_names_of_close_thresholds_stand_one_above_the_other(places: tuple[float, ...]) -> None:
    heights = _heights(places)
    assert len(heights) == len(places)
    assert all(0 <= height <= 0.7 for height in heights)
    for (place, height), (beside, above) in pairwise(zip(places, heights, strict=True)):
        assert beside - place >= 0.03 or above - height >= 0.15


def test_a_mark_at_the_edge_of_the_reliability_plot_is_whole() -> None:
    truth, scores = np.array([False, True]), np.array([0.0, 1.0])
    upper, _ = draw_reliability(Figure(), truth, scores)
    assert not upper.lines[-1].get_clip_on()
