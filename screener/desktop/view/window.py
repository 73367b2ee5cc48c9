"""The window: the two pages, the tool bar, the standing notice, and how it is closed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QWidget,
)

from screener import NOTICE
from screener.desktop import words
from screener.desktop.choices import new_order, scan_in
from screener.desktop.colours import notice_tone
from screener.desktop.control.messages import Exported
from screener.desktop.control.session import Session
from screener.desktop.control.stage import RUNNING, Stage
from screener.desktop.control.store_desk import Snapshot
from screener.desktop.notes import note
from screener.desktop.settings import Memory, Recent
from screener.desktop.trouble import UNREADABLE, trouble_of
from screener.desktop.view import boxes
from screener.desktop.view.drop_box import paths_of
from screener.desktop.view.leaving import Leaving
from screener.desktop.view.save_dialog import SaveDialog
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.settings_dialog import SettingsDialog
from screener.desktop.view.start_page import StartPage
from screener.desktop.view.tool_bar import ToolBar
from screener.models.catalogue import Installed
from screener.records import ScanResult
from screener.reports.wording import of_kind
from screener.scanning.store import STORE

GUIDE = Path(__file__).parent.parent / "guide"
"""The folder of the one-page guides for staff, with their pictures."""

_SAY_MS = 8000
_SIZE = QSize(1440, 900)


class Window(QMainWindow):
    """The program's window."""

    def __init__(self, models: Sequence[Installed], memory: Memory, parent: QWidget | None = None) -> None:
        """The window, on its start page.

        Args:
            models: what can be scanned with.
            memory: settings and recent scans.
            parent: Qt's.
        """
        super().__init__(parent)
        self.setWindowTitle("Screener")
        self.setAcceptDrops(True)
        self._memory = memory
        self._models = tuple(models)
        self._title = ""
        self.session = Session(self)
        self.start_page = StartPage(models, memory.model())
        self.scan_page = ScanPage(self.session)
        self._leaving = Leaving(self, self.session, self.scan_page.strip)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.scan_page)
        self.setCentralWidget(self._pages)
        self._notice = QLabel(words.of_records(NOTICE))
        self._notice.setObjectName("notice")
        self.statusBar().addPermanentWidget(self._notice)
        self.tools = ToolBar()
        self.addToolBar(self.tools)
        leave = QAction(self)
        leave.setShortcut(QKeySequence("Ctrl+Q"))
        leave.triggered.connect(self.close)
        self.addAction(leave)
        self._connect()
        self._recolour()
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.95))
        if (geometry := memory.geometry()) is not None:
            self.restoreGeometry(geometry)
        self._show_start()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system when it turns light or dark."""
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Films can be dropped anywhere while nothing is scanned."""
        if paths_of(event.mimeData()) and not self.session.is_running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        event.acceptProposedAction()
        self._show_start()
        self.start_page.choose(paths_of(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a scan runs, reports are written, or something is not saved; keep what is done."""
        if not self._leaving.may_leave():
            event.ignore()
            return
        self._memory.keep_geometry(self.saveGeometry())
        self.hide()
        self.scan_page.loader.close()
        self.session.close()
        event.accept()

    def _connect(self) -> None:
        page, session, strip, tools = self.start_page, self.session, self.scan_page.strip, self.tools
        tools.new.triggered.connect(self._show_start)
        tools.open.triggered.connect(self._ask_results)
        tools.folder.triggered.connect(self._show_folder)
        tools.settings.triggered.connect(self._ask_settings)
        tools.guide.triggered.connect(self._show_guide)
        tools.about.triggered.connect(lambda: boxes.tell_about(self))
        tools.export_asked.connect(self._ask_export)
        tools.save_asked.connect(self._ask_where)
        page.start_asked.connect(self._start)
        page.reopen_asked.connect(self._reopen)
        page.settings_asked.connect(self._ask_settings)
        strip.pause_asked.connect(session.pause)
        strip.stop_asked.connect(session.stop)
        strip.resume_asked.connect(lambda: session.resume(self._memory.settings()))
        session.stage_changed.connect(self._show_stage)
        session.progressed.connect(strip.show_progress)
        session.progressed.connect(self._say_title)
        session.opened.connect(self._memory.add)
        session.troubled.connect(self._show_trouble)
        session.finished.connect(self._show_result)
        session.exported.connect(self._show_exported)
        session.export_failed.connect(self._show_export_failed)
        session.desk.changed.connect(self._show_opened)
        session.desk.failed.connect(self._show_store_failed)

    def _recolour(self) -> None:
        tone = notice_tone(self.palette())
        self._notice.setStyleSheet(
            f"#notice {{ color: {tone.text.name()}; background: {tone.ground.name()}; font-weight: bold;"
            f" padding: 3px 10px; border-left: 4px solid {tone.strong.name()}; }}"
        )
        self.start_page.recolour()
        self.scan_page.lists.recolour()
        self.scan_page.strip.recolour()
        self.scan_page.unkept.recolour()

    def _show_start(self) -> None:
        self.start_page.show_settings(self._memory.settings())
        self.start_page.show_recent(self._memory.recent())
        self._pages.setCurrentWidget(self.start_page)
        self.tools.export.setEnabled(False)
        self.tools.folder.setEnabled(False)
        self._title = ""
        self._say_title()

    def _show_scan(self, title: str) -> None:
        self._pages.setCurrentWidget(self.scan_page)
        self.scan_page.clear()
        self._title = title
        self._say_title()

    def _say_title(self) -> None:
        """Name the scan in the title, and how it stands: a window may lie behind others while it scans."""
        done = self.session.stage is Stage.DONE and self.scan_page.shows_all
        state = self.tr("Done") if done else self.scan_page.strip.percent
        parts = (state, self._title, "Screener") if self._title else ("Screener",)
        self.setWindowTitle(" – ".join(part for part in parts if part))

    def _start(self, inputs: tuple[str, ...], model: Installed) -> None:
        self._memory.keep_model(model.card.name)
        order = new_order(inputs, model.card.task, str(model.folder), self._memory.settings())
        self._show_scan(Path(inputs[0]).name or inputs[0])  # a whole drive has no name
        self.session.start(order)

    def _reopen(self, scan: Recent) -> None:
        # Unlike pathlib's, it raises nothing where a share is not to be looked into.
        if not os.path.isfile(Path(scan.out, STORE)):  # noqa: PTH113
            said = self.tr("There are no results of a scan in this folder.")
            boxes.tell(self, QMessageBox.Icon.Information, said, scan.out)
            return
        self._show_scan(Path(scan.out).name)
        self.session.open(scan)
        # A drive may take its time, or never answer: lists that are empty until then must not be believed.
        self.scan_page.strip.say(self.tr("Reading the results …"))

    def _ask_results(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose the results folder of a scan"))
        if folder:
            known = (one for one in self._memory.recent() if Path(one.out) == Path(folder))
            self._reopen(next(known, Recent(folder)))

    def _show_stage(self, stage: Stage) -> None:
        self.scan_page.strip.set_stage(stage)
        if stage in (Stage.STARTING, Stage.PAUSED, Stage.OPENED):  # no report comes that was waited for
            self._leaving.stay()
        self._say_title()
        idle = not self.session.is_running and stage not in (*RUNNING, Stage.STOPPING)
        self.tools.new.setEnabled(idle)
        self.tools.open.setEnabled(idle)
        self.tools.export.setEnabled(self.session.scan is not None)
        self.tools.folder.setEnabled(self.session.scan is not None)

    def _show_opened(self, snapshot: Snapshot) -> None:
        """Say of a scan of before whether it is complete."""
        self._say_title()
        scan, strip = self.session.scan, self.scan_page.strip
        if self.session.stage is not Stage.OPENED or scan is None:
            return
        provenance = snapshot.provenance
        days = " – ".join(day for day in (provenance.day, provenance.until) if day)
        said = [words.of_records(provenance.task_title), days]
        if not snapshot.complete and not scan.inputs:
            self.session.scan = scan = scan_in(
                snapshot.folder, snapshot.provenance, self._models, snapshot.places
            )
        can_resume = bool(scan.inputs) and not snapshot.complete
        if can_resume:
            said.append(self.tr("unfinished: Resume scans what is missing"))
        elif not snapshot.complete:
            missing = self.tr("unfinished: some films are not in it")
            said.append(of_kind(snapshot.provenance.kind, missing))
        strip.set_stage(Stage.OPENED, can_resume=can_resume)
        strip.say("\n".join(("   ·   ".join(said), *map(note, snapshot.provenance.notes))))

    def _show_trouble(self, kind: str, detail: str) -> None:
        self._leaving.stay()
        self.scan_page.strip.show_trouble(trouble_of(kind), detail)

    def _show_result(self, result: ScanResult) -> None:
        scored, total = result.counts.scored, result.counts.total
        said = [self.tr("{0} of {1} scored").format(scored, total)]
        if scored < total:
            said.append(self.tr("{0} not scored: read them all the same (Problems)").format(total - scored))
        said.append(self.tr("took {0}").format(words.duration(result.seconds)))
        said.append(self.tr("reports in {0}").format(result.out.name))
        self.scan_page.strip.say("\n".join(("   ·   ".join(said), *map(note, result.notes))))
        self._leaving.leave_if_asked()

    def _ask_where(self) -> None:
        """Save a report in a place of the user's choice, as on a drive to take along."""
        if self.session.scan is not None:
            dialog = SaveDialog(Path(self.session.scan.out).name, self.tools.forms, self)
            if dialog.exec():
                self._ask_export(dialog.form, dialog.path)

    def _ask_export(self, form: str, target: Path | None = None) -> None:
        self.session.export((form,), target)
        self.statusBar().showMessage(self.tr("Writing the report …"))

    def _show_exported(self, exported: Exported) -> None:
        names = ", ".join(path.name for path in exported.paths)
        written = self.tr("Written: {0}").format(names)
        self.statusBar().showMessage(written, _SAY_MS)
        if exported.notes:
            boxes.tell(self, QMessageBox.Icon.Information, written, "\n".join(map(note, exported.notes)))
        scan = self.session.scan
        if len(exported.paths) == 1 and scan is not None and exported.paths[0].parent == Path(scan.out):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(exported.paths[0])))
        self._leaving.leave_if_asked()

    def _show_export_failed(self, detail: str) -> None:
        self._leaving.stay()
        self.statusBar().clearMessage()
        boxes.tell_unwritten(self, detail)

    def _show_store_failed(self, detail: str) -> None:
        if self.session.stage is Stage.OPENED and self.scan_page.is_empty:
            self.scan_page.strip.show_trouble(trouble_of(UNREADABLE), detail)
        else:
            self.statusBar().showMessage(self.tr("The list cannot be read anew just now."), _SAY_MS)

    def _show_folder(self) -> None:
        scan = self.session.scan
        if scan is not None and os.path.isdir(scan.out):  # noqa: PTH112  see `_reopen`
            QDesktopServices.openUrl(QUrl.fromLocalFile(scan.out))
        elif scan is not None:
            said = self.tr("The results folder is no longer there.")
            boxes.tell(self, QMessageBox.Icon.Information, said, scan.out)

    def _ask_settings(self) -> None:
        dialog = SettingsDialog(self._memory.settings(), self)
        if dialog.exec():
            self._memory.keep(dialog.settings)
            self.start_page.show_settings(dialog.settings)

    def _show_guide(self) -> None:
        page = GUIDE / self.tr("guide.en.html")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))
