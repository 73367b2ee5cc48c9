"""A picture's outputs are the same bits alone and in any company, whatever the graph."""

from pathlib import Path

import numpy as np
import pytest

from screener.engines.openvino import OpenVinoEngine
from screener.models.card import read_card

SHIPPED = Path(__file__).parents[2] / "weights"


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize("network", ["mobilenet_v3_large", "resnet34"])
@pytest.mark.parametrize("task", ["pneumonia", "pcam"])
def test_company_order_and_threads_change_no_bit(task: str, network: str, precision: str) -> None:
    model = f"{task}-{network}"
    card = read_card(SHIPPED / model)
    shape = (11, card.input.height, card.input.width, card.input.channels)
    pictures = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    whole = OpenVinoEngine(SHIPPED / model, card, 1, precision).infer(pictures)
    for threads in (1, 2, 5):
        opened = OpenVinoEngine(SHIPPED / model, card, threads, precision)
        for taken in (*(slice(count) for count in (1, 2, 3, 5, 8, 11)), slice(None, None, -1), slice(4, 7)):
            found = opened.infer(np.ascontiguousarray(pictures[taken]))
            for name in ("logits", "maps", "features"):
                kept = getattr(whole, name)
                assert kept is None or np.array_equal(getattr(found, name), kept[taken]), name
        opened.close()
