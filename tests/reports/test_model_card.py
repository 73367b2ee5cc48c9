"""The model card as a page: what a clinician must find, escaped, and nothing from outside."""

from dataclasses import replace
from pathlib import Path

import pytest

from builders.model import tiny_card
from screener.models.card import Quantised
from screener.records import Interval, OperatingPoint
from screener.reports.html.model_card import MAPS, card_page, predictive_values

CARD = replace(
    tiny_card(),
    intended_use="Sorts films; not for diagnosis <script>alert(1)</script>.",
    limitations=("Not tested on adults & newborns.",),
    metrics={
        "auc": Interval(0.991, 0.98, 0.999),
        "stress_auc": Interval(0.9, 0.8, 1.0),
    },
    training={
        "data": {
            "title": "Films",
            "licence": "CC BY 4.0",
            "pictures": {"train": {"normal": 1200, "pneumonia": 7}},
        },
        "notes": ["stopped once"],
        "recipe": {"lr": 0.001, "stages": [[112, 13], [160, 4]]},
    },
)


def test_it_says_what_a_clinician_must_know(tmp_path: Path) -> None:
    page = card_page(CARD, tmp_path)
    for words in (
        "Not a medical device; not for diagnosis",
        "Sorts films; not for diagnosis &lt;script&gt;",
        "Not tested on adults &amp; newborns.",
        "0.991 (0.980 to 0.999)",
        "0.900 (0.800 to 1.000)",
        "CC BY 4.0",
        "<td>1,200</td><td>7</td>",
        "sensitive (score of 30.0 % or more): of 100 films with pneumonia it calls 90 positive (80 to 100); "
        "of 100 without it raises a false alarm for 10 (0 to 20).",
        "stopped once",
        "112 x 13, 160 x 4",
    ):
        assert words in page


def test_nothing_gets_in_from_outside(tmp_path: Path) -> None:
    page = card_page(CARD, tmp_path)
    assert "default-src 'none'" in page
    assert "script-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_plots_stand_in_the_page_as_far_as_they_are_there(tmp_path: Path) -> None:
    assert "<img" not in card_page(CARD, tmp_path)
    (tmp_path / "roc.png").write_bytes(b"plot")
    (tmp_path / MAPS).write_bytes(b"maps")
    page = card_page(CARD, tmp_path)
    assert page.count("data:image/png;base64,") == 2
    assert "no single film is shown" in page


def test_a_card_that_says_nothing_makes_a_page_all_the_same(tmp_path: Path) -> None:
    assert "Nothing was said." in card_page(tiny_card(), tmp_path)


def test_predictive_values_are_counted_films() -> None:
    point = OperatingPoint("balanced", 0.5, Interval(0.9, 0.8, 1.0), Interval(0.8, 0.7, 0.9))
    # Of 1,000 films 100 are positive: 90 found, 10 missed; of 900 others 180 false alarms, 720 passed.
    assert predictive_values(point, 0.1) == pytest.approx((90 / 270, 720 / 730))


def test_int8_shows_its_own_thresholds_and_how_far_it_moves(tmp_path: Path) -> None:
    own = (replace(CARD.operating_points[0], threshold=0.123),)
    page = card_page(
        replace(CARD, int8=Quantised(1.2, own, {"mean_change": 0.0042, "auc_change": 0.001})), tmp_path
    )
    assert "Run in eight-bit integers" in page
    assert "12.3 %" in page
    assert "0.0042" in page
    assert "+0.0010" in page
    assert "--precision int8 asks for it" in page
    assert "eight-bit" not in card_page(CARD, tmp_path)
