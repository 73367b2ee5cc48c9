"""Where a scan goes when nobody says."""

import errno
import os
from pathlib import Path

import pytest

from builders.scripted import an_empty_store
from screener.errors import OutputError, UsageError
from screener.images.finding.inputs import Input
from screener.scanning.place import default_place, today

DAY = "2026-03-01"
IDENTITY = {"model": "m"}


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "ward" / "films"
    folder.mkdir(parents=True)
    return folder


def place(*trees: Path, nameless: bool = False) -> Path:
    inputs = [Input(str(tree)) for tree in trees]
    return default_place(inputs, DAY, IDENTITY, nameless=nameless)


def test_it_stands_beside_the_films_with_their_name_and_the_day(films: Path) -> None:
    assert place(films) == films.parent / "films-screener-2026-03-01"
    assert list(films.parent.iterdir()) == [films]


def test_it_is_never_inside_what_is_scanned(films: Path) -> None:
    assert place(films, films.parent) == films.parent.parent / f"ward-screener-{DAY}"


def test_it_can_do_without_the_folder_s_name(films: Path) -> None:
    assert place(films, nameless=True) == films.parent / f"screener-{DAY}"


def test_the_root_of_a_disk_has_no_place_beside_it() -> None:
    root = Path(Path.cwd().anchor)
    with pytest.raises(OutputError, match="choose one with --out"):
        place(root)


def test_the_same_scan_goes_on_where_it_is(films: Path) -> None:
    an_empty_store(place(films), IDENTITY, finished=True)
    assert place(films) == films.parent / f"films-screener-{DAY}"


def test_an_unfinished_scan_goes_on_on_another_day(films: Path) -> None:
    older = films.parent / "films-screener-2026-02-27"
    an_empty_store(older, IDENTITY, finished=False)
    assert place(films) == older


def test_a_finished_scan_of_another_day_is_left_as_it_is(films: Path) -> None:
    an_empty_store(films.parent / "films-screener-2026-02-27", IDENTITY, finished=True)
    assert place(films) == films.parent / f"films-screener-{DAY}"


def test_other_settings_get_the_next_number(films: Path) -> None:
    an_empty_store(place(films), {"model": "other"}, finished=False)
    assert place(films) == films.parent / f"films-screener-{DAY}-2"


def test_a_folder_with_somebody_s_files_is_not_taken(films: Path) -> None:
    place(films).mkdir()
    assert place(films) == films.parent / f"films-screener-{DAY}"
    (place(films) / "notes.txt").touch()
    assert place(films) == films.parent / f"films-screener-{DAY}-2"


def test_somebody_elses_folder_that_cannot_be_looked_into_is_passed_over(
    films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, stat = place(films), os.stat
    theirs.mkdir()

    def denied(path: os.PathLike[str] | str, *rest: object, **options: object) -> os.stat_result:
        if Path(path).parent == theirs:
            raise PermissionError(13, "Permission denied")
        return stat(path, *rest, **options)

    def forbidden(folder: Path) -> None:
        if folder == theirs:
            raise PermissionError(13, "Permission denied")
        raise FileNotFoundError

    monkeypatch.setattr(os, "stat", denied)
    monkeypatch.setattr("screener.scanning.place._siblings", lambda parent, stem: [theirs])
    monkeypatch.setattr(Path, "iterdir", forbidden)
    assert place(films) == films.parent / f"films-screener-{DAY}-2"


def test_a_drive_that_fails_is_not_looked_through_for_ever(
    films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []

    def fail(folder: Path) -> None:
        looked.append(folder)
        assert len(looked) < 5000
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "iterdir", fail)
    with pytest.raises(OutputError, match="choose one with --out"):
        place(films)


def test_the_day_can_be_set_for_reproducible_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert today() == "1970-01-01"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert today() >= "2026-01-01"


def test_a_day_that_no_calendar_has_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    for far in ("9" * 17, "9" * 60, "9" * 5000):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", far)
        with pytest.raises(UsageError, match=r"SOURCE_DATE_EPOCH is 9+, which is not a date; unset it"):
            today()
