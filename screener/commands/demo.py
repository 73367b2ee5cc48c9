"""A scan of one real chest film that a package ships, for a newcomer with no films at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from screener.errors import MissingExtra
from screener.records import Progress, ScanRequest, ScanResult


def demo(out: Path, progress: Callable[[Progress], None]) -> ScanResult:
    """What `screener scan` makes of pydicom-data's chest film RG1, with every report, in `out`.

    Raises:
        MissingExtra: pydicom-data is not installed.
        ScreenerError: whatever `scan` raises.
    """
    from screener.commands.scan import scan

    request = ScanRequest(
        inputs=(str(chest_film()),), out=out, formats=("html", "xlsx", "csv"), rescan=True, workers=1
    )
    return scan(request, progress)


def chest_film() -> Path:
    """The chest film RG1 (PA, MONOCHROME1, 15 bits, JPEG 2000) in the installed package pydicom-data.

    Raises:
        MissingExtra: pydicom-data is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("data_store")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        film = Path(place) / "data" / "RG1_J2KR.dcm"
        if film.is_file():
            return film
    raise MissingExtra("screener demo", "demo")
