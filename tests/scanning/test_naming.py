"""Names that tell nothing."""

from collections import Counter
from pathlib import Path

from screener.records import Source
from screener.scanning.messages import Job
from screener.scanning.naming import ByContent, by_path

CONTENT = "ab" * 32
DOE = Source(Path("/films/DOE.zip"), "DOE.zip/JANE.dcm", b"DOE.zip/JANE.dcm", "JANE", "JANE.dcm")


def by_content() -> ByContent:
    counted: Counter[str] = Counter()

    def copy_number(sha256: str) -> int:
        counted[sha256] += 1
        return counted[sha256] - 1

    return ByContent(copy_number)


def test_by_path_changes_nothing() -> None:
    assert by_path(Job(1, DOE), CONTENT) is DOE


def test_by_content_nothing_of_the_path_is_left() -> None:
    named = by_content()(Job(1, DOE), CONTENT)
    assert named.name == named.image_id == "abababababababab"
    assert "DOE" not in repr(named)
    assert "JANE" not in repr(named)


def test_copies_are_told_apart_whatever_their_order() -> None:
    first, second = (lambda naming: [naming(Job(n, DOE), CONTENT) for n in (1, 2)])(by_content())
    assert (first.image_id, second.image_id) == ("abababababababab", "abababababababab-2")
    assert first.key != second.key


def test_what_could_not_be_read_is_named_by_its_place() -> None:
    naming = by_content()
    assert naming(Job(7, DOE), "").name == "unreadable-7"
    assert naming(Job(7, DOE), "").key > naming(Job(6, DOE), "").key > bytes.fromhex("ff")
