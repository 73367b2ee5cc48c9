"""Words: every sentence of the program is known here, and said in Chinese where the system speaks it."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QTextBrowser
from pytestqt.qtbot import QtBot

from builders.rows import NASTY_NAMES, a_problem_row, a_provenance, a_scored_row
from screener import NOTICE, errors
from screener.desktop import words
from screener.desktop.app import TRANSLATIONS, translate
from screener.desktop.colours import band_tone, is_dark, notice_tone, soft
from screener.desktop.control.readings import Given
from screener.desktop.trouble import LOST, UNREADABLE, trouble_of
from screener.desktop.view.boxes import tell
from screener.desktop.view.details import details
from screener.desktop.view.window import Window
from screener.images import grey_steps, greyscale
from screener.models.card import CARD, read_card
from screener.models.catalogue import shipped
from screener.records import Band, Caution, Facts, Reason
from screener.reports.wording import BAND_NAMES, BAND_SHAPES, STATUS_NAMES
from screener.scanning.verdicts import Marked, Verdict
from screener.tasks.load import NAMES, load_task

CHINESE = TRANSLATIONS / "screener_zh_CN.ts"
TABLE = grey_steps.Table(0, np.array([0.0, 9.0]), 16)
TASKS = [load_task(name) for name in NAMES]


@pytest.fixture(params=["zh_CN", "zh_SG"])
def chinese(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    translators = translate(qapp, QLocale(request.param))
    yield
    for one in translators:
        qapp.removeTranslator(one)


def test_every_sentence_of_the_records_is_known_to_the_translators() -> None:
    said = {one.sentence for one in (*Reason, *Caution)}
    said |= {*BAND_NAMES.values(), *STATUS_NAMES.values(), NOTICE, "sensitive", "balanced", "specific"}
    for task in TASKS:
        said |= {task.title, *task.labels}
    said |= {read_card(folder).intended_use for folder in shipped().iterdir() if (folder / CARD).is_file()}
    assert set(words.RECORDS) == said


def test_every_text_of_the_window_is_translated(tmp_path: Path) -> None:
    for message in ET.parse(CHINESE).iter("message"):
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, message.findtext("source")
        source, said = message.findtext("source") or "", translation.text or ""
        assert said.strip()
        for place in ("{0}", "{1}", "{2}"):
            assert (place in source) == (place in said), source


def test_the_translations_are_those_of_the_code_that_is_here(tmp_path: Path) -> None:
    lupdate = Path(sys.executable).with_name("pyside6-lupdate")
    if not lupdate.exists() and not shutil.which("pyside6-lupdate"):
        pytest.skip("no pyside6-lupdate")
    copy = tmp_path / CHINESE.name
    shutil.copy(CHINESE, copy)
    tool = str(lupdate) if lupdate.exists() else "pyside6-lupdate"
    command = [tool, "-extensions", "py", str(TRANSLATIONS.parent), "-locations", "none", "-no-obsolete"]
    done = subprocess.run([*command, "-ts", str(copy)], capture_output=True, text=True, timeout=60)
    if done.returncode:
        pytest.skip(f"pyside6-lupdate does not run here: {done.stderr.strip()[:200]}")
    assert _messages(copy) == _messages(CHINESE)


def _messages(path: Path) -> dict[tuple[str, str], str]:
    found = {}
    for context in ET.parse(path).iter("context"):
        for message in context.iter("message"):
            key = context.findtext("name") or "", message.findtext("source") or ""
            found[key] = message.findtext("translation") or ""
    return found


def test_the_compiled_file_says_what_the_text_says(chinese: None) -> None:
    from PySide6.QtCore import QCoreApplication

    for (context, source), said in _messages(CHINESE).items():
        assert QCoreApplication.translate(context, source) == said, source


def test_chinese_words(chinese: None) -> None:
    assert words.band_label(Band.POSITIVE) == "▲ 阳性"
    assert words.verdict_name(Verdict.DISAGREE) == "不同意"
    assert not {*map(words.verdict_name, Verdict)} & {*map(words.band_name, Band)}
    assert words.reason(a_problem_row(1, "x", Reason.CORRUPT)) == "文件损坏或不完整"
    assert words.duration(125) == "2 分 05 秒"
    assert trouble_of(LOST).heading == "扫描意外终止"
    page = details(a_scored_row(1, "a.png", 0.9), a_provenance(), QPalette())
    assert "灵敏度 99.0%，特异度 90.0%" in page
    assert words.step("window 15000/30000 LINEAR") == "窗位/窗宽 15000/30000 LINEAR"


@pytest.mark.parametrize("rescale", [grey_steps.Rescale(2.0, -1024.0), TABLE])
@pytest.mark.parametrize("voi", [grey_steps.Window(40, 400, "LINEAR"), TABLE, None])
def test_every_step_of_the_grey_levels_is_told_in_chinese(
    chinese: None, rescale: object, voi: object
) -> None:
    chain = grey_steps.Chain(12, modality=rescale, voi=voi, inverted=True)
    for said in greyscale._said(chain, voi or grey_steps.Window(40, 400, "LINEAR"), voi is None):
        assert words.step(said) != said
    assert words.step("something new") == "something new"


@pytest.mark.parametrize(
    ("languages", "chinese"),
    [
        (["en-GB", "en", "zh-Hans-CN", "zh-Hans"], False),
        (["zh-Hans-CN", "zh-Hans", "en-GB"], True),
        (["fi-FI", "zh-Hans-SG"], True),
    ],
)
def test_the_first_language_that_there_is_decides(
    qapp: QApplication, languages: list[str], chinese: bool
) -> None:
    class Wished(QLocale):
        def uiLanguages(self, *given: object) -> list[str]:
            return languages

    found = translate(qapp, Wished("en_GB"))
    assert any("screener_zh" in translator.filePath() for translator in found) is chinese
    for translator in found:
        qapp.removeTranslator(translator)


@pytest.mark.parametrize("locale", ["fi_FI", "he_IL", "ar_EG", "zh_TW"])
def test_english_throughout_where_there_is_no_translation(qapp: QApplication, locale: str) -> None:
    assert translate(qapp, QLocale(locale)) == []
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert words.band_label(Band.UNCERTAIN) == "◆ Uncertain"
    assert [words.duration(s) for s in (3, 65, 7300)] == ["3 s", "1 min 05 s", "2 h 01 min"]


def test_every_error_of_a_scan_has_a_heading_and_a_way_on() -> None:
    known = [name for name in vars(errors) if isinstance(getattr(errors, name), type)]
    for kind in (*known, LOST, UNREADABLE, "ZeroDivisionError"):
        trouble = trouble_of(kind)
        assert trouble.heading
        assert not trouble.heading.endswith(".")
        assert trouble.advice.endswith(".")
        assert "--" not in trouble.advice  # no word of the command line
    assert trouble_of("KeyError").can_resume


@pytest.mark.parametrize("dark", [False, True])
def test_colours_can_be_read_on_their_ground(dark: bool) -> None:
    palette = QPalette(QColor("#22262c" if dark else "#efefef"))
    assert is_dark(palette) is dark
    ground = palette.color(QPalette.ColorRole.Window)
    assert _contrast(soft(palette), ground) >= 4.5
    for tone in (notice_tone(palette), *(band_tone(band, palette) for band in Band)):
        assert _contrast(tone.text, tone.ground) >= 4.5
    assert len({BAND_SHAPES[band] for band in Band}) == 3
    strong = [band_tone(band, palette).strong.name() for band in Band]
    assert len(set(strong)) == 3


def _contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2: contrast ratio."""

    def light(colour: QColor) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_page_of_details_shows_any_name_as_it_is(name: str, qtbot: QtBot) -> None:
    page = QTextBrowser()
    qtbot.addWidget(page)
    row = a_scored_row(1, name, 0.9, cautions=(Caution.ADULT,), applied=("window <b>40</b>/400",))
    html = details(row, a_provenance(), QPalette())
    page.setHtml(html)
    shown = page.toPlainText().replace("\u200b", "")
    assert " ".join(name.split()) in " ".join(shown.split())
    assert "<script" not in html
    assert "window <b>40</b>/400" in shown
    assert "An adult's film" in shown


def test_what_speaks_of_files_takes_no_name_for_markup(window: Window) -> None:
    name = "<h1>ward</h1>"
    window.start_page.choose((f"/films/{name}",))
    window.scan_page.strip.say(name)
    window.scan_page.unkept.show_unkept([Given(Path(), name, Marked(b"", 0, "", True))], "", None)
    tell(window, QMessageBox.Icon.Information, name, name)
    page = window.scan_page
    labels = [page.unkept.says, page.strip.says, window.start_page.drop.says, window.start_page.drop.below]
    labels += window.findChild(QMessageBox).findChildren(QLabel)
    speaking = [one for one in labels if "ward" in one.text()]
    assert len(speaking) == 5
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in speaking)


def test_a_problems_page_says_why(qtbot: QtBot) -> None:
    page = QTextBrowser()
    qtbot.addWidget(page)
    row = a_problem_row(
        1, "x.dcm", Reason.LATERAL, "<i>view LL</i>", facts=Facts("dicom", 10, 20, modality="DX")
    )
    page.setHtml(details(row, a_provenance(), QPalette()))
    shown = page.toPlainText()
    assert "A lateral view; the model reads frontal films" in shown
    assert "<i>view LL</i>" in shown
    assert "DICOM, 10 × 20, DX" in shown
    assert "Probabilities" not in shown
