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

from builders.rows import MemoryView
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


def _with_script(script: str, view: MemoryView, folder: Path) -> str:
    """The address of the page of `view` in `folder`, whose own script goes on with `script`.

    As a part of the page's script it is under the real policy.
    """
    asset = page.asset
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "asset", lambda name: asset(name) + (script if name == "report.js" else ""))
        page.HtmlReport().write(view, folder / "report.html")
    return (folder / "report.html").as_uri()


def _outcome(script: str, view: MemoryView, folder: Path, *options: str) -> dict[str, Any]:
    """What `script` has left in the page, in a `pre` of this name."""
    command = [*_browser(folder / "profile"), "--virtual-time-budget=15000", "--dump-dom", *options]
    done = subprocess.run(
        [*command, _with_script(script, view, folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    dumped = re.search(r'<pre id="outcome">(.*?)</pre>', done.stdout, re.DOTALL)
    assert dumped, f"the page's script did not reach its end: {done.stderr[-2000:]}"
    found: dict[str, Any] = json.loads(unescape(dumped[1]))
    return found


def _printed(address: str, folder: Path) -> list[str]:
    """The pages of the print, as text."""
    command = _browser(folder / "profile")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on the path; install poppler-utils to run this")
    paper = folder / "report.pdf"
    command += ["--virtual-time-budget=5000", "--no-pdf-header-footer", f"--print-to-pdf={paper}", address]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    printed = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, timeout=60, check=True
    )
    return printed.stdout.split("\f")


@pytest.fixture(scope="module")
def outcome(view: MemoryView, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _outcome(_DRIVER.read_text("utf-8"), view, tmp_path_factory.mktemp("browser"))


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
    page.HtmlReport().write(view, tmp_path / "report.html")
    pages = _printed((tmp_path / "report.html").as_uri(), tmp_path)
    of_films = [text for text in pages if "film-0" in text]
    assert len(of_films) > 2
    for text in of_films:
        assert re.search(r"Priority +Picture +Film +Score +Band +Remarks", text)
        assert "not for diagnosis" in text


def test_a_list_that_is_printed_filtered_says_so(view: MemoryView, tmp_path: Path) -> None:
    script = """
    document.querySelector("[name=band][value=negative]").checked = false;
    document.querySelector(".controls").dispatchEvent(new Event("input", { bubbles: true }));
    """
    text = "\n".join(_printed(_with_script(script, view, tmp_path), tmp_path))
    scored, negative = view.counts().scored, view.counts().band[Band.NEGATIVE]
    assert f"{scored - negative} of {scored} films shown" in text
    assert "with cautions only" not in text


_ON_A_NARROW_SCREEN = """
{
  const places = Array.from(document.querySelectorAll(".sorter"), (sorter) => sorter.getBoundingClientRect());
  const seen = places.map((box) => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
  const outcome = document.createElement("pre");
  outcome.textContent = JSON.stringify({
    width: document.documentElement.clientWidth,
    needed: document.documentElement.scrollWidth,
    sorters: seen.map((element) => element?.dataset.key ?? null),
  });
  outcome.id = "outcome";
  document.body.append(outcome);
}
"""


def test_a_narrow_screen_can_sort_and_needs_no_scrolling_sideways(view: MemoryView, tmp_path: Path) -> None:
    found = _outcome(_ON_A_NARROW_SCREEN, view, tmp_path, "--window-size=500,6000")
    assert found["width"] <= 500
    assert found["needed"] <= found["width"]
    assert found["sorters"] == ["rank", "name", "score"]
