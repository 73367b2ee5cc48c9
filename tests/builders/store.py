"""What the tests of a scan's store begin with."""

from collections.abc import Callable

from builders.scripted import a_provenance
from screener.scanning.store import ScanStore

PROVENANCE = a_provenance()
IDENTITY = {"inputs": "1", "model": "m", "scope gate": "on"}
Open = Callable[..., ScanStore]
"""Opens the store of a test's scan, of another identity or provenance where they are given."""
