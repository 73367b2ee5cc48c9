"""Everything but the thumbnail reads back from JSON Lines."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.rows import MemoryView, a_provenance, a_scored_row
from screener import NOTICE
from screener.records import Facts, Provenance
from screener.reports.base import Remarks
from screener.reports.jsonl import JsonLines


@pytest.fixture(scope="module")
def lines(view: MemoryView, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("jsonl") / "rows.jsonl"
    assert JsonLines().write(view, path) == Remarks()
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_first_line_says_where_the_scores_come_from(
    lines: list[dict[str, Any]], view: MemoryView
) -> None:
    first = lines[0]
    assert first["type"] == "provenance"
    assert first["notice"] == NOTICE
    assert set(Provenance.__dataclass_fields__) < set(first)
    assert first["settings"] == view.provenance().settings
    assert first["operating_points"][0]["sensitivity"] == {"value": 0.99, "low": 0.981, "high": 0.995}
    assert first["counts"]["total"] == len(view.all_rows)
    assert first["counts"]["band"] == {str(band): n for band, n in view.counts().band.items()}


def test_every_row_reads_back(lines: list[dict[str, Any]], view: MemoryView) -> None:
    assert len(lines) == len(view.all_rows) + 1
    for line, row in zip(lines[1:], view.rows(), strict=True):
        assert line["type"] == "row"
        for name in ("name", "frame", "image_id", "sha256", "status", "reason", "detail", "score", "band"):
            assert line[name] == getattr(row, name)
        assert tuple(line["cautions"]) == row.cautions
        assert tuple(line["applied"]) == row.applied
        assert (line["facts"] and Facts(**line["facts"])) == row.facts
        labelled = row.probabilities and dict(zip(("normal", "pneumonia"), row.probabilities, strict=True))
        assert line["probabilities"] == labelled


def test_heat_maps_read_back_to_the_fourth_decimal(lines: list[dict[str, Any]], view: MemoryView) -> None:
    mapped = 0
    for line, row in zip(lines[1:], view.rows(), strict=True):
        if not row.heat_map:
            assert line["heat_map"] is None
            continue
        expected = np.frombuffer(row.heat_map, "<f2").reshape(row.heat_map_shape)
        assert np.abs(np.array(line["heat_map"]) - expected).max() <= 0.5e-4
        mapped += 1
    assert mapped > 50


def test_a_number_that_is_none_stops_rather_than_pass_for_json(tmp_path: Path) -> None:
    row = a_scored_row(0, "a.png", 0.5, probabilities=(float("nan"), 0.5))
    with pytest.raises(ValueError, match="not JSON compliant"):
        JsonLines().write(MemoryView((row,), a_provenance()), tmp_path / "rows.jsonl")
