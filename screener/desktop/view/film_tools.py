"""The row of tools below a film: how large and in what light it is seen, and the heat map over it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from screener.desktop.view.film_canvas import FilmCanvas
from screener.records import Row
from screener.reports.heatmap import heat, layer
from screener.reports.wording import of_kind


class FilmTools(QWidget):
    """Steers a canvas, and says how the film is seen on it."""

    def __init__(self, canvas: FilmCanvas, parent: QWidget | None = None) -> None:
        """The tools of `canvas`, without a heat map."""
        super().__init__(parent)
        self._canvas = canvas
        self._map: QImage | None = None
        self.fit = _button(self.tr("Fit"))
        self.fit.clicked.connect(canvas.fit)
        self.full = _button(self.tr("1:1"))
        self.full.setAccessibleName(self.tr("Full size"))
        self.full.clicked.connect(lambda: canvas.full_size())
        self.invert = _button(self.tr("Invert"))
        self.invert.setCheckable(True)
        self.invert.setToolTip(self.tr("Change black and white (I)."))
        self.invert.clicked.connect(lambda: canvas.set_window_level(canvas.window_level.flipped()))
        self.reset = _button(self.tr("Reset"))
        self.reset.clicked.connect(canvas.reset)
        self.heat = QCheckBox(self.tr("Heat map"))
        self.heat.toggled.connect(self._lay_map)
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setRange(0, 100)
        self.strength.setValue(70)
        self.strength.setMinimumWidth(40)
        self.strength.setMaximumWidth(140)
        self.strength.setAccessibleName(self.tr("Strength of the heat map"))
        self.strength.valueChanged.connect(self._lay_map)
        self.state = QLabel()
        self.state.setToolTip(
            self.tr(
                "Drag with the left button for window and level, with the right to move; or press the arrow "
                "keys with Ctrl, and with Shift."
            )
        )
        self.state.setMinimumWidth(self.state.fontMetrics().horizontalAdvance(self._state(100, 255, 128)))
        canvas.changed.connect(self._say_state)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        for widget in (self.fit, self.full, self.invert, self.reset, self.heat, self.strength):
            row.addWidget(widget)
        row.setStretchFactor(self.strength, 1)
        row.addStretch(1)
        row.addWidget(self.state)
        for button in (self.fit, self.full, self.invert, self.reset, self.heat):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def name_pictures(self, kind: str) -> None:
        """Call the pictures what those of a task of `kind` are called."""
        self.fit.setToolTip(of_kind(kind, self.tr("Show the whole film (F). Double-click does, too.")))
        self.full.setToolTip(of_kind(kind, self.tr("One screen pixel a film pixel. The wheel zooms.")))
        self.reset.setToolTip(of_kind(kind, self.tr("As the film came (R).")))
        warm = self.tr(
            "The places that speak most for the score (H). Each film has a scale of its own: a warm "
            "place in a film with a low score is not suspicious for being warm."
        )
        self.heat.setToolTip(of_kind(kind, warm))

    def show_heat(self, row: Row | None) -> None:
        """Offer the heat map of `row`; None for no film."""
        values = heat(row) if row is not None else None
        self._map = QImage.fromData(layer(values)) if values is not None else None
        self._lay_map()

    def _lay_map(self) -> None:
        self.heat.setEnabled(self._map is not None)
        self.strength.setEnabled(self._map is not None and self.heat.isChecked())
        self._canvas.show_heat(self._map if self.heat.isChecked() else None, self.strength.value() / 100)

    def _say_state(self) -> None:
        window = self._canvas.window_level
        self.invert.setChecked(window.inverted)
        ratio = self._canvas.devicePixelRatioF()
        self.state.setText(self._state(self._canvas.zoom * ratio * 100, window.width, window.level))

    def _state(self, percent: float, width: float, level: float) -> str:
        return self.tr("{0} %   W {1}  L {2}").format(round(percent), round(width), round(level))


def _button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    return button
