"""The page at work in headless Chromium, under its own content policy."""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from builders_rows import MemoryView

from screener.records import Band
from screener.reports import wording
from screener.reports.html import page

_DRIVER = Path(__file__).with_name("drive_report.js")


def _browser(profile: Path) -> list[str]:
    """The command of a browser without a screen that asks nobody anything; skips where there is none."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no chromium on the path; install it to run this")
    command = [browser, "--headless", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [*command, f"--user-data-dir={profile}", "--window-size=1280,1500"]


@pytest.fixture(scope="module")
def outcome(view: MemoryView, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("browser")
    asset = page.asset
    with pytest.MonkeyPatch.context() as patch:
        # The driver becomes part of the page's own script, so that the policy is the real one.
        patch.setattr(
            page,
            "asset",
            lambda name: asset(name) + (_DRIVER.read_text("utf-8") if name == "report.js" else ""),
        )
        page.HtmlReport().write(view, folder / "report.html")
    command = _browser(folder / "profile")
    command += ["--virtual-time-budget=15000", "--dump-dom"]
    done = subprocess.run(
        [*command, (folder / "report.html").as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    dumped = re.search(r'<pre id="outcome">(.*?)</pre>', done.stdout, re.DOTALL)
    assert dumped, f"the page's script did not reach its end: {done.stderr[-2000:]}"
    found: dict[str, Any] = json.loads(unescape(dumped[1]))
    return found


def test_every_film_is_shown_in_order_and_no_name_is_markup(
    outcome: dict[str, Any], view: MemoryView
) -> None:
    assert outcome["names"] == [wording.film_name(row) for row in view.worklist()]
    scored = view.counts().scored
    assert outcome["shown"] == f"{scored} of {scored} films shown"


def test_pictures_come_when_they_are_needed(outcome: dict[str, Any]) -> None:
    loaded, there = outcome["atPrint"]
    assert 0 < outcome["atFirst"] < loaded == there


def test_search_and_filters(outcome: dict[str, Any], view: MemoryView) -> None:
    assert outcome["searched"] == ["two-frames.dcm (frame 1)", "two-frames.dcm (frame 2)"]
    assert outcome["searchShown"].startswith("2 of ")
    assert outcome["negative"] == view.counts().band[Band.NEGATIVE]
    assert outcome["cautioned"] == len([row for row in view.worklist() if row.cautions])


def test_sorting_says_its_direction(outcome: dict[str, Any], view: MemoryView) -> None:
    names = [wording.film_name(row) for row in view.worklist()]
    assert sorted(outcome["byName"]) == sorted(names)
    assert outcome["byName"] != names
    wards = [name for name in outcome["byName"] if name.startswith("ward 1")]
    assert wards == sorted(wards)
    assert outcome["sort"] == "ascending"
    assert outcome["byScoreDown"] == names
    assert outcome["sorts"] == ["none", "none", "descending"]


def test_heat_maps_can_be_switched_off_and_a_film_enlarged(outcome: dict[str, Any]) -> None:
    assert outcome["heat"] == [True, False]
    assert outcome["viewer"] == [True, 2, 1]
    assert outcome["picture"] > 100


def test_the_policy_stops_what_is_not_ours(outcome: dict[str, Any]) -> None:
    assert outcome["intruded"] is False
    assert sorted(set(outcome["violations"])) == ["connect-src", "script-src-elem"]
    assert set(outcome["fetched"]) <= {"data"}


def test_every_printed_page_of_films_has_its_heads(view: MemoryView, tmp_path: Path) -> None:
    command = _browser(tmp_path / "profile")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on the path; install poppler-utils to run this")
    page.HtmlReport().write(view, tmp_path / "report.html")
    paper = tmp_path / "report.pdf"
    command += ["--no-pdf-header-footer", f"--print-to-pdf={paper}", (tmp_path / "report.html").as_uri()]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    printed = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, timeout=60, check=True
    )
    pages = printed.stdout.split("\f")
    of_films = [text for text in pages if "film-0" in text]
    assert len(of_films) > 2
    for text in of_films:
        assert re.search(r"Priority +Picture +Film +Score +Band +Remarks", text)
        assert "not for diagnosis" in text
