"""The guide for staff: one page, alike in both languages, in the words of the window, with pictures."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from screener import NOTICE
from screener.desktop import words
from screener.desktop.app import translate
from screener.desktop.view.window import GUIDE, Window
from screener.records import Band

LANGUAGES = ("en", "zh")
SPOKEN = (
    ("StartPage", "Start"),
    ("ProgressStrip", "Pause"),
    ("ProgressStrip", "Stop"),
    ("ProgressStrip", "Resume"),
    ("FilmTools", "Heat map"),
    ("ToolBar", "Export"),
    *(("Words", verdict) for verdict in ("Agree", "Disagree", "Unsure")),
)
"""What the window writes on itself and the guide speaks of, as (context, text)."""


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sections: list[str] = []
        self.pictures: dict[str, str] = {}
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "section":
            self.sections.append(given["id"] or "")
        if tag == "img":
            self.pictures[given["src"] or ""] = given["alt"] or ""
        self.addresses += [given[name] or "" for name in ("src", "href") if name in given]


def _read(language: str) -> tuple[str, _Parts]:
    text = (GUIDE / f"guide.{language}.html").read_text("utf-8")
    parts = _Parts()
    parts.feed(text)
    return text, parts


def test_both_languages_have_the_same_parts() -> None:
    (_, english), (_, chinese) = map(_read, LANGUAGES)
    assert english.sections == chinese.sections == ["install", "scan", "read", "never"]
    assert english.tags == chinese.tags


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_pictures_are_there_and_told_in_words_and_nothing_is_fetched(language: str) -> None:
    text, parts = _read(language)
    assert len(parts.pictures) == 2
    for name, told in parts.pictures.items():
        assert told
        with Image.open(GUIDE / name) as picture:
            assert picture.width >= 700
    for address in parts.addresses:
        assert (GUIDE / address).is_file()
    assert "default-src 'none'" in text
    assert "http:" not in text
    assert "https:" not in text


def test_no_picture_lies_about_unused() -> None:
    used = {name for language in LANGUAGES for name in _read(language)[1].pictures}
    assert used == {path.name for path in GUIDE.glob("*.png")}


def test_it_speaks_the_windows_words(qapp: QApplication) -> None:
    (english, _), (chinese, _) = map(_read, LANGUAGES)
    assert NOTICE in english
    for _, said in SPOKEN:
        assert said.lower() in english.lower()
    translators = translate(qapp, QLocale("zh_CN"))
    try:
        assert words.of_records(NOTICE) in chinese
        for context, said in SPOKEN:
            assert QCoreApplication.translate(context, said) in chinese, said
        for band in Band:
            assert words.band_label(band) in chinese
    finally:
        for one in translators:
            qapp.removeTranslator(one)
    for band in Band:
        assert words.band_label(band) in english


def test_the_window_opens_it_in_its_own_language(
    window: Window, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.tools.guide.trigger()
    translators = translate(qapp, QLocale("zh_CN"))
    window.tools.guide.trigger()
    for one in translators:
        qapp.removeTranslator(one)
    assert [Path(one) for one in opened] == [GUIDE / "guide.en.html", GUIDE / "guide.zh.html"]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_prints_on_one_page(language: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None or shutil.which("pdfinfo") is None:
        pytest.skip("no chromium or no pdfinfo on the path")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [browser, "--headless", "--disable-gpu", "--no-first-run", *root, "--no-pdf-header-footer"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'guide.pdf'}"]
    page = (GUIDE / f"guide.{language}.html").as_uri()
    subprocess.run([*command, page], capture_output=True, timeout=120, check=True)
    told = subprocess.run(["pdfinfo", tmp_path / "guide.pdf"], capture_output=True, text=True, check=True)
    assert re.search(r"Pages: +1\n", told.stdout)
