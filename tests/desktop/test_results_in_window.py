"""Results in the window: where they go, opened again, exported, and told of where they cannot be."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from builders.pictures import film, jpeg
from builders.window import kept, start
from screener.commands.scan import scan
from screener.desktop.control.stage import Stage
from screener.desktop.settings import Memory, Recent, Settings
from screener.desktop.view.save_dialog import SaveDialog
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.window import Window
from screener.errors import Stopped
from screener.records import Progress, ScanRequest
from screener.scanning.store import STORE
from screener.scanning.verdicts import Verdict

Until = Callable[[Callable[[], bool]], None]


def test_results_go_where_settings_say_and_reopen(
    window: Window, films: Path, until: Until, memory: Memory, tmp_path: Path
) -> None:
    memory.keep(Settings(str(tmp_path / "results"), 1))
    start(window, films, until)
    out = Path(window.session.scan.out)
    assert out.parent == tmp_path / "results"
    assert out.name.startswith("films-screener-")
    with closing(sqlite3.connect(out / "scan.sqlite")) as db, db:
        db.execute("""INSERT INTO meta VALUES ('notes', '["no CUDA device here: scored on the CPU"]')""")
        db.execute("UPDATE meta SET value = '2999-12-31' WHERE name = 'until'")  # gone on with, much later
    window._show_start()
    assert window.start_page.recent.item(0).text() == f"{out.name}   ({tmp_path / 'results'})"
    window.start_page.recent.itemActivated.emit(window.start_page.recent.item(0))
    until(lambda: window.scan_page.lists.worklist.total == 6)
    assert window.session.stage is Stage.OPENED
    assert "Chest film: pneumonia" in window.scan_page.strip.says.text()
    assert "There is no CUDA device: scored on the processor." in window.scan_page.strip.says.text()
    assert " – 2999-12-31" in window.scan_page.strip.says.text()
    assert not window.scan_page.strip.resume.isVisible()  # it is complete
    other = tmp_path / "elsewhere" / "films"
    other.mkdir(parents=True)
    (other / "one.jpeg").write_bytes(jpeg(film(seed=77)))
    window._show_start()
    start(window, other, until)
    assert Path(window.session.scan.out).name == f"{out.name}-2"  # what is there belongs to other films


def test_resume_follows_the_settings_until_there_are_results_and_those_from_then_on(
    window: Window, films: Path, until: Until, memory: Memory, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    memory.keep(Settings(str(tmp_path / "file"), 1))
    start(window, films, until, Stage.TROUBLED)
    memory.keep(Settings(str(tmp_path / "results"), 1))
    resume = window.scan_page.strip.resume
    resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    out = Path(window.session.scan.out)
    assert out.parent == tmp_path / "results"
    with closing(sqlite3.connect(out / "scan.sqlite")) as db, db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'finished'")
    (films / "late.jpeg").write_bytes(jpeg(film(seed=50)))
    memory.keep(Settings(str(tmp_path / "elsewhere"), 1))
    window._reopen(Recent(str(out)))  # nothing is remembered of it
    until(lambda: window.session.stage is Stage.OPENED and resume.isVisible())
    resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: window.scan_page.lists.worklist.total == 7)
    assert window.session.scan.out == str(out)


@pytest.mark.parametrize("name", ["", "n" * 300])
def test_a_folder_without_results_is_not_opened(
    window: Window, films: Path, memory: Memory, name: str
) -> None:
    window._reopen(Recent(str(films / name)))  # no system has a file of so long a name
    assert window.session.scan is None
    assert window._pages.currentWidget() is window.start_page
    assert memory.recent() == []
    assert window.findChild(QMessageBox).text() == "There are no results of a scan in this folder."


def test_results_that_cannot_be_read_are_told_in_plain_words(
    window: Window, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "scan.sqlite").write_bytes(b"no database" * 1000)
    window._reopen(Recent(str(tmp_path)))
    until(lambda: window.session.stage is Stage.OPENED and window.scan_page.strip.more.isVisible())
    assert window.scan_page.strip.heading.text() == "These results cannot be read"


def test_export_writes_and_opens_the_report(
    window: Window, films: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    start(window, films, until)
    report = Path(window.session.scan.out) / "report.html"
    report.unlink()
    window.tools.export_asked.emit("html")
    until(lambda: bool(opened))
    assert Path(opened[0]) == report
    assert report.stat().st_size > 1000


def test_a_scan_of_relative_paths_is_gone_on_with_and_its_films_are_found(
    window: Window, films: Path, models: Path, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "b" / "others"
    other.mkdir(parents=True)
    (other / "late.jpeg").write_bytes(jpeg(film(seed=40)))
    monkeypatch.chdir(tmp_path)

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    request = ScanRequest(
        ("films", "b/others"), model=str(models / "pneumonia-tiny"), out=Path("out"), workers=1
    )
    with pytest.raises(Stopped):
        scan(request, interrupt)
    monkeypatch.chdir(other)
    scan_page = window.scan_page
    window._reopen(Recent(str(tmp_path / "out")))
    until(lambda: scan_page.strip.resume.isVisible())
    scan_page.strip.resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: scan_page.shows_all)
    assert scan_page.lists.worklist.total == 7
    assert scan_page._snapshot.provenance.inputs == request.inputs
    window._show_start()
    window._reopen(Recent(str(tmp_path / "out")))
    until(lambda: scan_page.film.canvas.film_size().width() == 280)  # the film, and not its thumbnail


@pytest.mark.parametrize(
    ("form", "typed", "name"),
    [
        ("xlsx", "for the board", "for the board.xlsx"),
        ("html", "page.html", "page.html"),
        ("worklist", "list [new] **", "list [new] **.csv"),
        ("csv", "scores.txt", "scores.txt"),
    ],
)
def test_a_report_is_saved_elsewhere_with_its_verdicts_and_its_suffix(
    page: ScanPage,
    window: Window,
    until: Until,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    typed: str,
    name: str,
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()

    def chosen(dialog: SaveDialog) -> bool:
        asked.append(dialog.selectedFiles()[0])
        dialog.selectNameFilter(next(said for said, one in dialog._forms.items() if one == form))
        dialog.filterSelected.emit(dialog.selectedNameFilter())
        dialog.selectFile(str(drive / typed))
        return True

    asked: list[str] = []
    opened: list[str] = []
    monkeypatch.setattr(SaveDialog, "exec", chosen)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    page.film.verdicts.buttons[Verdict.DISAGREE].click()
    until(lambda: kept(page) != {})
    window.tools.export.menu().actions()[-1].trigger()
    until(lambda: window.statusBar().currentMessage() == f"Written: {name}")
    assert Path(asked[0]).name == f"{tmp_path.name}.xlsx"
    assert [path.name for path in drive.iterdir()] == [name]
    assert {path.name for path in tmp_path.glob("*.*")} == {STORE}
    assert opened == []
    if form == "worklist":
        assert "disagree" in (drive / name).read_text("utf-8")


def test_reports_asked_for_one_after_the_other_are_all_written(
    page: ScanPage, window: Window, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: None)
    window.tools.export_asked.emit("csv")
    window.session._settle(Stage.STOPPED)  # which writes the reports of what is done
    assert window.session.is_exporting
    until(lambda: not window.session.is_exporting)
    assert {path.name for path in tmp_path.glob("*.*")} >= {"submission.csv", "report.xlsx", "report.html"}


def test_a_results_folder_that_is_gone_is_told(
    page: ScanPage, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.tools.folder.trigger()
    assert opened == [str(tmp_path)]
    tmp_path.rename(tmp_path.with_name("moved"))
    window.tools.folder.trigger()
    assert opened == [str(tmp_path)]
    assert window.findChild(QMessageBox).text() == "The results folder is no longer there."
    tmp_path.with_name("moved").rename(tmp_path)


def test_a_scan_of_a_whole_drive_is_named_in_the_title(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.session, "start", lambda order: None)
    window._start(("/",), window._models[0])
    assert window.windowTitle() == "/ – Screener"


def test_a_place_that_takes_no_report_is_told(
    page: ScanPage, window: Window, until: Until, tmp_path: Path
) -> None:
    window._ask_export("csv", tmp_path / "gone" / "list.csv")
    until(lambda: window.findChild(QMessageBox) is not None)
    assert window.findChild(QMessageBox).text() == "The report could not be written."
