"""Where the segments and the coded data of a JPEG lie, whatever stands between them."""

import pytest

from builders.pictures import film, jpeg
from screener.images.jpeg.segments import DHT, EOI, SOS, segments

FILM = film(60, 50)
START, FRAME, SCAN = b"\xff\xd8", b"\xff\xc0\0\4ab", b"\xff\xda\0\3s"


def seen(data: bytes) -> list[tuple[int, bytes, tuple[int, int], list[int]]]:
    return [
        (one.marker, one.body, (one.start, one.end), one.coded.ends.tolist() if one.coded else [])
        for one in segments(data)
    ]


def test_segments_come_in_order_with_their_parameters() -> None:
    data = START + FRAME + SCAN + b"data" + b"\xff\xd9" + FRAME
    assert seen(data) == [(0xC0, b"ab", (2, 8), []), (SOS, b"s", (8, 13), [17]), (EOI, b"", (17, 19), [])]


def test_fill_bytes_and_stray_bytes_are_skipped() -> None:
    data = START + b"\xff\xff" + FRAME + b"stray" + FRAME
    assert [start for _, _, (start, _), _ in seen(data)] == [4, 15]


def test_a_scan_ends_at_the_first_marker_that_is_no_restart() -> None:
    scan = b"a\xff\0b\xff\xd0c\xff\xff\xd1d"
    (one,) = segments(START + SCAN + scan + b"\xff")
    assert one.coded is not None
    assert (one.coded.start, one.coded.ends.tolist(), one.coded.is_ordered) == (7, [11, 15, 19], True)
    one, other = segments(START + SCAN + scan + b"\xff\xd1\xff\xc4")
    assert one.coded is not None
    assert (one.coded.ends.tolist(), one.coded.is_ordered) == ([11, 15, 18, 20], False)
    assert (other.marker, other.start, other.body) == (DHT, 20, b"")


@pytest.mark.parametrize(
    "tail", [b"\xff\xda", b"\xff\xda\0", b"\xff\xda\0\2", b"\xff\xda\xff\xff", b"\xff\xda\0\2a\xff"]
)
def test_a_scan_may_end_with_the_file(tail: bytes) -> None:
    assert [ends for *_, ends in seen(START + tail)] == [[2 + len(tail)]]


def test_a_length_that_can_not_be_is_none() -> None:
    data = START + b"\xff\xe0\0\1" + FRAME + b"\xff"
    assert seen(data) == [(0xE0, b"", (2, 4), []), (0xC0, b"ab", (6, 12), [])]
    assert seen(START) == seen(START + b"\xff") == []


def test_long_scans_are_searched_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    data = [jpeg(FILM), jpeg(FILM, restart_marker_blocks=1), jpeg(FILM, progressive=True)]
    whole = [seen(one) for one in data]
    assert len(whole[1][-2][-1]) > 8
    for window in (1, 2, 3, 1000):
        monkeypatch.setattr("screener.images.jpeg.segments._WINDOW", window)
        assert [seen(one) for one in data] == whole
