"""A film at full size: found again, decoded elsewhere, and never at the price of the window."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from builders.dicom import dicom
from builders.pictures import film, jpeg, patch, tiff, zipped
from builders.rows import a_provenance, a_scored_row
from screener.desktop.control.film_loader import Film, FilmLoader
from screener.desktop.control.film_source import LONGEST, SPEC, decode_film, locate, moved, unpack_pixels
from screener.errors import ScreenerError
from screener.images.finding.find import find
from screener.records import Decoded, DecodeSettings, Limits, Reason, Refused, Row, Source
from screener.scanning.messages import Event, Job
from screener.scanning.pool import DecodePool
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(SPEC, load_task("pneumonia"), thumbnail=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpeg").write_bytes(jpeg(film(seed=1)))
    (tmp_path / "in" / "pages.tif").write_bytes(tiff([film(60, 50, seed=s) for s in range(3)]))
    (tmp_path / "in" / "box.zip").write_bytes(zipped({"ward/b.dcm": dicom(film(seed=2)), "b.dcm": b"x"}))
    return tmp_path / "in"


@pytest.fixture
def loader(qtbot: QtBot) -> Iterator[FilmLoader]:
    loader = FilmLoader(Limits(seconds=20))
    yield loader
    loader.close(10)


def _row(name: str, frame: int = 0) -> Row:
    return replace(a_scored_row(1, name, 0.5), key=name.encode(), frame=frame, sha256="")


def _load(qtbot: QtBot, loader: FilmLoader, folder: Path, row: Row) -> Film:
    with qtbot.waitSignal(loader.loaded, timeout=30_000) as came:
        loader.ask(row, a_provenance(root=str(folder), inputs=(str(folder),)), folder.parent)
    return came.args[0]


def test_every_source_of_a_folder_is_found_again(folder: Path) -> None:
    for source, _ in find([str(folder)]):
        for root in (str(folder), ""):
            found = locate(source.key, source.name, root, [str(folder)])
            assert found is not None
            assert (found.path, found.member) == (source.path, source.member)
    assert locate(b"gone.jpeg", "gone.jpeg", str(folder), [str(folder)]) is None
    assert locate(b"gone.jpeg", "gone.jpeg", "", [str(folder / "gone")]) is None


def test_decoding_gives_all_pixels_of_the_wanted_frame() -> None:
    pages = [film(60, 50, seed=s) for s in range(3)]
    (third,) = decode_film(tiff(pages), SETTINGS, wanted=3)
    assert isinstance(third, Decoded)
    assert np.array_equal(unpack_pixels(third.thumbnail), pages[2])
    (colour,) = decode_film(tiff(patch(40)), SETTINGS)
    assert isinstance(colour, Decoded)
    assert np.array_equal(unpack_pixels(colour.thumbnail), patch(40))


def test_a_film_too_large_to_move_about_is_reduced() -> None:
    (shown,) = decode_film(tiff(np.zeros((10, LONGEST + 500), np.uint8)), SETTINGS)
    assert isinstance(shown, Decoded)
    assert unpack_pixels(shown.thumbnail).shape[1] == LONGEST


@pytest.mark.parametrize("data", [b"", b"no film", jpeg(film())[:400], zipped({"a": b"b"})])
def test_bytes_that_are_no_film_are_refused(data: bytes) -> None:
    assert all(isinstance(outcome, Refused) for outcome in decode_film(data, SETTINGS))


@pytest.mark.parametrize(
    "data", [b"", b"short", b"\xff" * 12, b"\x02\0\0\0" * 3, b"\x02\0\0\0" * 2 + b"\1\0\0\0xyz"]
)
def test_pixels_that_no_sound_worker_sends_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        unpack_pixels(data)


def test_films_come_from_files_zips_and_pages(qtbot: QtBot, loader: FilmLoader, folder: Path) -> None:
    assert _load(qtbot, loader, folder, _row("a.jpeg")).pixels.shape == (320, 280)
    inside = _load(qtbot, loader, folder, _row("box.zip/ward/b.dcm"))
    assert np.array_equal(inside.pixels, film(seed=2))
    second = _load(qtbot, loader, folder, _row("pages.tif", frame=2))
    assert np.array_equal(second.pixels, film(60, 50, seed=1))


def test_why_there_is_no_film(qtbot: QtBot, loader: FilmLoader, folder: Path) -> None:
    assert _load(qtbot, loader, folder, _row("gone.jpeg")).refused == Refused(Reason.VANISHED)
    broken = _load(qtbot, loader, folder, _row("box.zip/b.dcm"))
    assert broken.refused is not None
    assert broken.refused.reason is Reason.NOT_AN_IMAGE


def test_another_film_of_the_same_name_is_not_shown_under_the_score(
    qtbot: QtBot, loader: FilmLoader, folder: Path
) -> None:
    scored = replace(_row("a.jpeg"), sha256=hashlib.sha256((folder / "a.jpeg").read_bytes()).hexdigest())
    assert _load(qtbot, loader, folder, scored).pixels is not None
    (folder / "a.jpeg").write_bytes(jpeg(film(seed=9)))
    assert _load(qtbot, loader, folder, scored).refused == Refused(Reason.VANISHED)


@pytest.mark.parametrize("results", ["ward-screener-2026", "results/2026/ward-screener", "ward/results"])
def test_films_that_were_moved_with_their_results_are_found_by_their_bytes(
    qtbot: QtBot, loader: FilmLoader, tmp_path: Path, results: str
) -> None:
    films, out = tmp_path / "E" / "study" / "ward", tmp_path / "E" / "study" / results
    for folder in (films / "east", out):
        folder.mkdir(parents=True, exist_ok=True)
    (films / "east" / "a.jpeg").write_bytes(data := jpeg(film(seed=1)))
    row = replace(_row("east/a.jpeg"), sha256=hashlib.sha256(data).hexdigest())
    for root in ("/mnt/old/study/ward", "D:\\study\\ward"):
        origin = a_provenance(root=root, inputs=(root,))
        with qtbot.waitSignal(loader.loaded, timeout=30_000) as came:
            loader.ask(row, origin, out)
        assert came.args[0].pixels is not None
    (films / "east" / "a.jpeg").write_bytes(jpeg(film(seed=2)))  # another film of that name
    with qtbot.waitSignal(loader.loaded, timeout=30_000) as came:
        loader.ask(row, origin, out)
    assert came.args[0].refused == Refused(Reason.VANISHED)


def test_a_moved_film_is_looked_for_once_in_each_place_and_below_them_only(tmp_path: Path) -> None:
    out = tmp_path / "study" / "films" / "results"
    for folder in (out, out.parent, tmp_path / "study", tmp_path, out / "D:" / "study" / "films"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.jpeg").touch()

    def places(root: str, tried: Source | None = None) -> list[Path]:
        found = moved(b"a.jpeg", "a.jpeg", root, out, tried)
        return [source.path.parent.relative_to(tmp_path) for source in found]

    films = Path("study", "films")
    all_ = [films / "results", films, films.parent, Path()]
    for root in ("/mnt/study/films", "D:\\study\\films"):
        assert sorted(places(root)) == sorted(all_)
    tried = locate(b"a.jpeg", "a.jpeg", str(out.parent), [])
    assert sorted(places("/mnt/study/films", tried)) == sorted(set(all_) - {films})
    assert places("") == []  # nobody knows where it was


def test_a_pool_that_has_no_worker_left_makes_way_for_another(
    qtbot: QtBot, loader: FilmLoader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, broken = DecodePool.events, list[DecodePool]()

    def fail(self: DecodePool, jobs: Iterator[Job]) -> Iterator[Event]:
        broken[:] = broken or [self]
        if broken == [self]:
            raise ScreenerError("the drive no longer answers")
        return events(self, jobs)

    monkeypatch.setattr(DecodePool, "events", fail)
    refused = _load(qtbot, loader, folder, _row("a.jpeg")).refused
    assert refused == Refused(Reason.INTERNAL, "the drive no longer answers")
    assert _load(qtbot, loader, folder, _row("a.jpeg")).pixels is not None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "denied"), Reason.NO_PERMISSION),
        (OSError(5, "input/output error"), Reason.READ_FAILED),
        (KeyError("a fault of ours"), Reason.INTERNAL),
    ],
)
def test_a_place_that_cannot_be_looked_into_ends_nothing_but_the_wish(
    qtbot: QtBot,
    loader: FilmLoader,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    reason: Reason,
) -> None:
    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as failing:
        failing.setattr("screener.desktop.control.film_loader.locate", fail)
        refused = _load(qtbot, loader, folder, _row("a.jpeg")).refused
        assert refused is not None
        assert refused.reason is reason
    assert _load(qtbot, loader, folder, _row("a.jpeg")).pixels is not None


def test_only_the_newest_wish_is_answered(qtbot: QtBot, loader: FilmLoader, folder: Path) -> None:
    came: list[Film] = []
    loader.loaded.connect(came.append)
    origin = a_provenance(root=str(folder), inputs=(str(folder),))
    for name in ("a.jpeg", "box.zip/ward/b.dcm", "a.jpeg"):
        loader.ask(_row(name), origin, folder.parent)
    qtbot.waitUntil(lambda: bool(came), timeout=30_000)
    qtbot.wait(200)
    assert [one.wish.number for one in came] == [3]
    loader.ask(_row("a.jpeg"), origin, folder.parent)
    loader.forget()
    qtbot.wait(300)
    assert len(came) == 1


def test_a_film_that_hangs_holds_up_neither_the_next_nor_the_window(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, answers = threading.Event(), threading.Event()

    def late(key: bytes, *rest: object) -> object:
        if key == b"hang":
            hangs.set()
            answers.wait(120)  # a network disk that does not answer
            return None
        return locate(key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("screener.desktop.control.film_loader.locate", late)
    monkeypatch.setattr("screener.desktop.control.film_loader._PATIENCE", 0.2)
    loader = FilmLoader(Limits(seconds=20))
    origin = a_provenance(root=str(folder), inputs=(str(folder),))
    loader.ask(_row("hang"), origin, folder.parent)
    assert hangs.wait(30)
    qtbot.wait(300)  # beyond its patience
    try:
        assert _load(qtbot, loader, folder, _row("a.jpeg")).pixels is not None  # while the other hangs
    finally:
        answers.set()
        loader.close(10)
