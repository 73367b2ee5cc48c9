"""The program's icon as files, drawn by the program itself.

python packaging/icons.py FOLDER
"""

import os
import sys
from pathlib import Path

from PIL import Image

SIZES = (16, 24, 32, 48, 64, 128, 256)


def draw(folder: Path) -> None:
    """Write screener.png, screener.ico (Windows) and screener.icns (macOS)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from screener.desktop.view.icon import program_icon

    app = QGuiApplication([])
    icon = program_icon()
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        icon.pixmap(size, size).save(str(folder / f"{size}.png"))
    del app
    pictures = [Image.open(folder / f"{size}.png").convert("RGBA") for size in SIZES]
    largest = pictures[-1]
    largest.save(folder / "screener.png")
    largest.save(folder / "screener.ico", sizes=[(s, s) for s in SIZES], append_images=pictures[:-1])
    largest.save(folder / "screener.icns", append_images=pictures[:-1])


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
