"""The scan that the reports of these tests show."""

import pytest
from builders_rows import MemoryView, a_view


@pytest.fixture(scope="session")
def view() -> MemoryView:
    """A small scan with every kind of row in it."""
    return a_view()
