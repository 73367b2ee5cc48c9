"""What the tests of a scan's store share."""

from pathlib import Path

import pytest

from builders.store import IDENTITY, PROVENANCE, Open
from screener.records import Provenance
from screener.scanning.store import STORE, ScanStore


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens the store of a scan, or makes it."""

    def opened(identity: dict[str, str] = IDENTITY, provenance: Provenance = PROVENANCE) -> ScanStore:
        return ScanStore(tmp_path / STORE, identity, provenance)

    return opened
