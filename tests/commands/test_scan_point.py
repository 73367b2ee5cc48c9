"""`scan` at one operating point: two bands, one threshold in every report, a scan of its own."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from screener.commands.scan import scan
from screener.errors import OutputTaken, UnknownName
from screener.records import BANDS, Band, ScanRequest, ScanResult


def _scan(ward: Path, weights: Path, out: Path, point: str) -> ScanResult:
    request = ScanRequest(
        (str(ward),), model="tiny", weights=weights, formats=("html",), workers=1, out=out, point=point
    )
    return scan(request, lambda step: None)


def _bands(out: Path) -> dict[bytes, tuple[float, str]]:
    with closing(sqlite3.connect(out / "scan.sqlite")) as db:
        found = db.execute("SELECT key, score, band FROM rows WHERE status = 'scored'")
        return {key: (score, band) for key, score, band in found}


def test_one_point_cuts_the_list_in_two_and_moves_no_score(ward: Path, weights: Path, tmp_path: Path) -> None:
    before = _bands(_scan(ward, weights, tmp_path / "bands", BANDS).out)
    result = _scan(ward, weights, tmp_path / "balanced", "balanced")
    after = _bands(result.out)
    assert {key: score for key, (score, _) in after.items()} == {key: s for key, (s, _) in before.items()}
    for score, band in after.values():
        assert band == (Band.POSITIVE if score >= 0.5 else Band.NEGATIVE)
    assert [point.name for point in result.provenance.operating_points] == ["balanced"]
    assert result.provenance.settings["operating point"] == "balanced"
    page = (tmp_path / "balanced" / "report.html").read_text("utf-8")
    assert "one operating point cuts the list in two" in page
    assert "sensitive 30.0" not in page
    assert "sensitive 30.0" in (tmp_path / "bands" / "report.html").read_text("utf-8")


def test_another_point_is_another_scan(ward: Path, weights: Path, tmp_path: Path) -> None:
    _scan(ward, weights, tmp_path / "out", BANDS)
    with pytest.raises(OutputTaken, match="operating point bands instead of sensitive"):
        _scan(ward, weights, tmp_path / "out", "sensitive")


def test_a_point_that_the_model_lacks_is_said_before_anything_is_written(
    ward: Path, weights: Path, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName, match=r"unknown operating point .sensitiv.\. Did you mean sensitive"):
        _scan(ward, weights, tmp_path / "out", "sensitiv")
    assert not (tmp_path / "out").exists()
