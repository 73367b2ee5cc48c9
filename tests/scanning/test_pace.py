"""Rate and time left."""

from pathlib import Path

import pytest

from screener.records import Progress
from screener.scanning.pace import BackgroundCount, Pace


@pytest.fixture
def told() -> list[Progress]:
    return []


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_the_last_moments(told: list[Progress]) -> None:
    clock = Clock()
    pace = Pace(told.append, clock)
    for second in range(1, 31):
        clock.now = 100.0 + second
        pace.note(10 * second if second <= 15 else 150 + 2 * (second - 15), 200)
    assert told[9].rate == pytest.approx(10)
    assert told[-1].rate == pytest.approx(2)
    assert told[-1].seconds_left == pytest.approx((200 - 180) / 2)


def test_it_speaks_ten_times_a_second_at_most_and_always_at_the_end(told: list[Progress]) -> None:
    clock = Clock()
    pace = Pace(told.append, clock)
    for step in range(1000):
        clock.now = 100.0 + step / 1000
        pace.note(step, None)
    assert 9 <= len(told) <= 11
    pace.note(1000, 1000, last=True)
    assert (told[-1].done, told[-1].total) == (1000, 1000)


def test_nothing_is_promised_before_anything_is_known(told: list[Progress]) -> None:
    Pace(told.append, Clock()).note(0, None)
    assert told == [Progress(0, None, 0.0, None)]


def test_files_are_counted_beside_the_scan(tmp_path: Path) -> None:
    import time

    for name in "abc":
        (tmp_path / name).write_text("x")
    counted = BackgroundCount((str(tmp_path),), None)
    deadline = time.monotonic() + 10
    while counted.value is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert counted.value == 3
