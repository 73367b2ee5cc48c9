"""One scan from its start to its reports: what runs, where it stands, and the store it writes."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from screener.desktop.choices import REPORTS, Order, new_order, order_again
from screener.desktop.control.child import Child
from screener.desktop.control.messages import Exported, Finished, Halted, Opened, Problem
from screener.desktop.control.readings import Readings
from screener.desktop.control.scan_child import export_main, scan_main
from screener.desktop.control.stage import RUNNING, Stage
from screener.desktop.control.store_desk import StoreDesk
from screener.desktop.settings import Recent, Settings
from screener.desktop.trouble import LOST
from screener.records import Progress, ScanResult

_POLL_MS = 500


class Session(QObject):
    """The scan that the window shows. Nothing here waits: what happens is told by signals."""

    stage_changed = Signal(object)
    """The `Stage` that the scan has come to."""

    progressed = Signal(object)
    """A `Progress`."""

    opened = Signal(object)
    """The `Recent` of the scan whose store can now be read."""

    troubled = Signal(str, str)
    """What stopped the scan: a kind for `trouble_of`, and details."""

    finished = Signal(object)
    """The `ScanResult` of a scan that came to its end."""

    exported = Signal(object)
    """`Exported`: reports were written on demand."""

    export_failed = Signal(str)
    """Why reports could not be written, for who looks after the computer; "" where nobody knows."""

    def __init__(self, parent: QObject | None = None) -> None:
        """No scan yet."""
        super().__init__(parent)
        self.desk = StoreDesk(self)
        self.readings = Readings(self.desk, self)
        self.stage: Stage | None = None
        self.scan: Recent | None = None
        self._order: Order | None = None
        self._wanted = Stage.PAUSED
        self._child = Child(self)
        self._child.told.connect(self._hear)
        self._child.lost.connect(self._lose)
        self._export = Child(self)
        self._export.told.connect(self._hear_export)
        self._export.lost.connect(self._lose_export)
        self._exports: deque[tuple[Path, tuple[str, ...], Path | None]] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self.desk.refresh)

    @property
    def is_running(self) -> bool:
        """Whether a scan is at work, or about to stop."""
        return self._child.is_running

    @property
    def is_exporting(self) -> bool:
        """Whether reports are being written on demand, or wait for others to be written."""
        return self._export.is_running or bool(self._exports)

    @property
    def pid(self) -> int:
        """The id of the scan's process; 0 for none."""
        return self._child.pid

    def start(self, order: Order) -> None:
        """Begin a scan, unless one is running."""
        if self._child.is_running:
            return
        self.scan = None
        self.desk.leave()
        self._go(order)

    def open(self, scan: Recent) -> None:
        """Show a scan of before, unless one is running."""
        if self._child.is_running:
            return
        self._order = None
        self.scan = scan
        self.desk.open(Path(scan.out))
        self._enter(Stage.OPENED)
        self.opened.emit(scan)

    def pause(self) -> None:
        """Stop for now."""
        self._halt(Stage.PAUSED)

    def stop(self) -> None:
        """Stop, and write the reports of what is done."""
        if self.stage is Stage.PAUSED:
            self._settle(Stage.STOPPED)
        else:
            self._halt(Stage.STOPPED)

    def resume(self, settings: Settings) -> None:
        """Go on where the scan was."""
        if self._child.is_running:
            return
        if self.scan is not None:  # its results are there, whatever the settings say
            self._go(order_again(self.scan, settings))
        elif self._order is not None:
            asked = self._order.request
            self._go(new_order(asked.inputs, asked.task, asked.model, settings))

    def export(self, formats: tuple[str, ...], target: Path | None = None) -> None:
        """Write these reports of the scan anew, after those that are being written.

        Args:
            formats: of `records.FORMATS`.
            target: the file that the only one of them goes to; None for all beside the store.
        """
        if self.scan is not None:
            self._exports.append((Path(self.scan.out), formats, target))
            self._export_next()

    def close(self, seconds: float = 20.0) -> None:
        """End what runs, keeping what is done; by force if it takes longer than so many seconds."""
        self._timer.stop()
        self._exports.clear()
        self._child.ask_to_stop()
        self._export.ask_to_stop()
        self._child.wait(seconds)
        self._export.wait(seconds)
        self.desk.close()

    def _go(self, order: Order) -> None:
        self._order = order
        self._enter(Stage.STARTING)
        self._child.start(scan_main, order.request, order.places)

    def _halt(self, wanted: Stage) -> None:
        if self.stage in RUNNING:
            self._wanted = wanted
            self._enter(Stage.STOPPING)
            self._child.ask_to_stop()

    def _hear(self, message: object) -> None:
        match message:
            case Progress():
                self.desk.refresh()  # the first films of a scan are there before the timer's first turn
                self.progressed.emit(message)
            case Opened(out=out):
                self._opened(out)
            case Finished(result=result):
                self._finish(result)
            case Halted():
                self._settle(self._wanted)
            case Problem(kind=kind, detail=detail):
                self._fail(kind, detail)

    def _opened(self, out: Path) -> None:
        if self._order is None:
            return
        request = self._order.request
        self.scan = Recent(
            str(out), request.inputs, request.task, request.model, request.point, request.precision
        )
        self.desk.open(out)
        self._timer.start()
        if self.stage is Stage.STARTING:
            self._enter(Stage.RUNNING)
        self.opened.emit(self.scan)

    def _finish(self, result: ScanResult) -> None:
        self._timer.stop()
        self.desk.refresh(now=True)
        self._enter(Stage.DONE)
        self.finished.emit(result)

    def _settle(self, stage: Stage) -> None:
        self._timer.stop()
        self.desk.refresh(now=True)
        self._enter(stage)
        if stage is Stage.STOPPED:
            self.export(REPORTS)

    def _lose(self) -> None:
        # A child that was told to stop and ends without a word has stopped all the same.
        if self.stage is Stage.STOPPING:
            self._settle(self._wanted)
        else:
            self._fail(LOST, "")

    def _fail(self, kind: str, detail: str) -> None:
        self._timer.stop()
        self.desk.refresh(now=True)
        self._enter(Stage.TROUBLED)
        self.troubled.emit(kind, detail)

    def _export_next(self) -> None:
        if self._exports and not self._export.is_running:
            self._export.start(export_main, *self._exports.popleft())

    def _lose_export(self) -> None:
        self._export_next()
        self.export_failed.emit("")

    def _hear_export(self, message: object) -> None:
        self._export_next()
        match message:
            case Exported():
                self.exported.emit(message)
            case Problem(detail=detail):
                self.export_failed.emit(detail)

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.stage_changed.emit(stage)
