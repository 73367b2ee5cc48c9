"""What imagecodecs loads by name for the functions that the program calls, which PyInstaller cannot see."""

import re
import sys
from pathlib import Path

import imagecodecs

CALL = re.compile(r"\bimagecodecs\.(\w+)")


def codec_modules(package: Path) -> list[str]:
    """The extension modules of imagecodecs for the code in the folder `package`, and those that they load.

    Raises:
        AttributeError: the code names what imagecodecs lacks.
    """
    for file in package.rglob("*.py"):
        for name in CALL.findall(file.read_text("utf-8")):
            getattr(imagecodecs, name)  # which loads its module
    return sorted(name for name in sys.modules if name.startswith("imagecodecs._"))
