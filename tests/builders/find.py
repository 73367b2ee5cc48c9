"""What `find` is tried on and gives, in short."""

from collections.abc import Iterable
from pathlib import Path

from screener.images.finding.find import Found


def names(found: Iterable[Found]) -> list[str]:
    """The names of what was found, in its order."""
    return [source.name for source, _ in found]


def make(folder: Path, *files: str) -> Path:
    """The folder, with files of these names in it that hold next to nothing."""
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder
