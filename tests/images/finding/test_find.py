"""From what was typed to the files: every one of them, once."""

import os
import socket
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.find import make, names
from screener.errors import UsageError
from screener.images.finding.find import count, find
from screener.images.finding.inputs import check_inputs
from screener.images.finding.walk import folder_id
from screener.records import Reason
from screener.scanning.identity import places_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="names and special files of POSIX systems")


def test_a_folder_gives_all_its_files_in_the_order_of_their_bytes(films: Path) -> None:
    found = list(find([str(films)]))
    assert names(found) == [".hidden", "a.dcm", "a/1.png", "a/2.png", "b.png", "notes.txt"]
    assert [source.key for source, _ in found] == sorted(source.key for source, _ in found)
    assert all(refused is None for _, refused in found)
    assert [source.path for source, _ in found][2] == films / "a" / "1.png"
    assert names(find([str(films)])) == names(found)


@given(st.sets(st.text("ab/.é", min_size=1, max_size=6), max_size=12))
def test_keys_tell_all_files_apart_and_count_agrees(
    tmp_path_factory: pytest.TempPathFactory, made: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("films")
    for name in made:
        path = folder / name.strip("/").replace("..", "dots").replace("./", "dot/")
        try:
            make(path.parent, path.name)
        except OSError:  # a file where another name wants a folder, or a name like "."
            continue
    expected = sum(len(files) for _, _, files in os.walk(folder))
    found = list(find([str(folder)]))
    assert len({source.key for source, _ in found}) == len(found) == expected == count([str(folder)])
    assert [source.key for source, _ in found] == sorted(source.key for source, _ in found)


def test_a_single_file_goes_by_its_own_name(films: Path) -> None:
    ((source, refused),) = find([str(films / "a" / "1.png")])
    assert (source.name, source.key, source.image_id, refused) == ("1.png", b"1.png", "1", None)


def test_several_inputs_are_told_apart(tmp_path: Path) -> None:
    make(tmp_path, "x/films/1.png", "y/films/1.png", "z/1.png")
    found = names(find([str(tmp_path / "x/films"), str(tmp_path / "y/films"), str(tmp_path / "z")]))
    assert found == ["x/films/1.png", "y/films/1.png", "z/1.png"]


def test_no_input_has_a_name_that_another_begins_with(tmp_path: Path) -> None:
    places = ("study1/2024", "archive/chest", "study2/2024/chest")
    make(tmp_path, "study1/2024/chest/f.png", "archive/chest/f.png", "study2/2024/chest/f.png")
    found = list(find([str(tmp_path / place) for place in places]))
    assert len({source.key for source, _ in found}) == len({source.name for source, _ in found}) == 3


def test_overlapping_inputs_give_each_file_once(films: Path) -> None:
    inputs = [
        str(films / "a" / "1.png"),
        str(films),
        str(films / "a"),
        str(films / "*" / "*.png"),
        str(films),
    ]
    found = list(find(inputs))
    assert sorted(source.path.relative_to(films).as_posix() for source, _ in found) == names(
        find([str(films)])
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.png", ["b.png"]),
        ("a/?.png", ["1.png", "2.png"]),
        ("**/*.png", ["a/1.png", "a/2.png", "b.png"]),
        ("[ab]*", ["a.dcm", "a/1.png", "a/2.png", "b.png"]),
        ("**", [".hidden", "a.dcm", "a/1.png", "a/2.png", "b.png", "notes.txt"]),
        ("*.tiff", []),
        ("**/a/*.png", ["a/1.png", "a/2.png"]),
        ("**/a", ["a/1.png", "a/2.png"]),
        ("**/[ab]/?.png", ["a/1.png", "a/2.png"]),
    ],
)
def test_patterns(films: Path, pattern: str, expected: list[str]) -> None:
    assert names(find([str(films / pattern)])) == expected


def test_a_file_with_a_patterns_name_is_that_file(tmp_path: Path) -> None:
    make(tmp_path, "film[1].png", "film1.png")
    assert names(find([str(tmp_path / "film[1].png")])) == ["film[1].png"]


def test_double_stars_end_wherever_the_rest_fits(tmp_path: Path) -> None:
    make(tmp_path / "ward-1" / "deep" / "ward-2", "y.png")
    make(tmp_path / "ward-1", "x.png", "no.txt")
    found = [source.path.name for source, _ in find([str(tmp_path / "**" / "ward-*" / "*.png")])]
    assert found == ["y.png", "x.png"]


def test_a_folder_with_a_patterns_name_is_that_folder(tmp_path: Path) -> None:
    make(tmp_path / "films [2024]", "a.png", "b.txt")
    make(tmp_path / "films 2", "other.png")
    assert names(find([str(tmp_path / "films [2024]" / "*.png")])) == ["a.png"]
    with pytest.raises(UsageError, match="no such"):
        find([str(tmp_path / "films [2024]" / "a.tiff")])


@pytest.mark.parametrize("missing", ["no such folder", "no such folder/*.png", ""])
def test_a_missing_input_is_named_before_anything_is_found(films: Path, missing: str) -> None:
    typed = str(films / missing) if missing else ""
    with pytest.raises(UsageError, match="no such" if missing else "empty"):
        find([str(films), typed])
    with pytest.raises(UsageError, match="nothing to scan"):
        check_inputs([])


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_an_input_that_cannot_be_looked_into_is_named(tmp_path: Path) -> None:
    (tmp_path / "share").symlink_to("x" * 300)  # fails as a link to a dead or forbidden share does
    with pytest.raises(UsageError, match=r"share cannot be looked into: File name too long"):
        check_inputs([str(tmp_path / "share")])
    with pytest.raises(UsageError, match=r"share/\*\.png cannot be looked into: File name too long"):
        check_inputs([str(tmp_path / "share" / "*.png")])
    with pytest.raises(UsageError, match=r"there is no folder .*nothing to look in"):
        check_inputs([str(tmp_path / "nothing" / "*.png")])
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "gone").symlink_to("nowhere")
    found = find([str(tmp_path / "round"), str(tmp_path / "gone")])
    assert [refused and refused.reason for _, refused in found] == [Reason.VANISHED] * 2


@posix
def test_a_name_with_a_tilde_is_no_user_s_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "~$film.dcm").touch()
    assert names(find(["~$film.dcm"])) == ["~$film.dcm"]
    assert places_of(["~$film.dcm"]) == (str(tmp_path / "~$film.dcm"),)
    with pytest.raises(UsageError, match="~nobody-of-this-name/films: no such file or folder"):
        find(["~nobody-of-this-name/films"])


def test_links_that_lead_round_in_a_circle_end(films: Path) -> None:
    (films / "a" / "up").symlink_to(films, target_is_directory=True)
    (films / "z").symlink_to(films / "z")
    (films / "lost.png").symlink_to(films / "nowhere")
    (films / "linked.png").symlink_to(films / "b.png")
    found = {source.name: refused for source, refused in find([str(films)])}
    assert set(found) == {
        ".hidden", "a.dcm", "a/1.png", "a/2.png", "b.png", "notes.txt", "z", "lost.png", "linked.png",
    }  # fmt: skip
    assert [found[name].reason for name in ("z", "lost.png") if found[name]] == [Reason.VANISHED] * 2
    assert found["linked.png"] is None


@posix
def test_folders_whose_inodes_are_all_alike_are_told_apart(
    films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network shares."""
    stat = os.stat

    def alike(path: bytes, **options: bool) -> os.stat_result:
        found = stat(path, **options)
        return os.stat_result((found.st_mode, 0, *found[2:]))

    (films / "a" / "up").symlink_to(films, target_is_directory=True)
    monkeypatch.setattr(os, "stat", alike)
    assert names(find([str(films)])) == [".hidden", "a.dcm", "a/1.png", "a/2.png", "b.png", "notes.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="two folders whose names differ in capitals alone")
def test_a_folder_is_one_by_whatever_capitals_it_is_reached_where_they_do_not_count(
    films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS; elsewhere such folders have inodes of their own."""
    films.with_name("FILMS").mkdir()
    plain, capitals = os.fsencode(films), os.fsencode(films.with_name("FILMS"))
    assert folder_id(plain) != folder_id(capitals)
    stat = os.stat
    monkeypatch.setattr(os, "stat", lambda path, **options: stat(path.lower(), **options))
    assert folder_id(plain) == folder_id(capitals) is not None


@posix
def test_pipes_and_sockets_are_never_opened(films: Path) -> None:
    os.mkfifo(films / "pipe.dcm")
    with socket.socket(socket.AF_UNIX) as server:
        cwd = Path.cwd()
        os.chdir(films)  # a socket's path must be short
        try:
            server.bind("socket.dcm")
        finally:
            os.chdir(cwd)
        found = {source.name: refused for source, refused in find([str(films)])}
    for name in ("pipe.dcm", "socket.dcm"):
        refused = found[name]
        assert refused is not None
        assert refused.reason is Reason.NOT_AN_IMAGE


@posix
def test_a_folder_that_cannot_be_listed_is_reported(films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def guarded(path: bytes) -> object:
        if os.fsdecode(path).endswith("films/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = {source.name: refused for source, refused in find([str(films)])}
    assert found["a"] is not None
    assert found["a"].reason is Reason.NO_PERMISSION
    assert "b.png" in found
    ((source, refused),) = find([str(films / "a")])
    assert source.name == "a"
    assert refused is not None


@posix
def test_names_that_are_no_text_are_found_and_told_apart(tmp_path: Path) -> None:
    raw = [
        b"\xff.png",
        b"\xfe.png",
        b"line\nbreak.png",
        b"=cmd().png",
        "é".encode() + b".png",
        b"e\xcc\x81.png",
    ]
    for name in raw:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(b"x")
    found = list(find([str(tmp_path)]))
    assert sorted(source.key for source, _ in found) == sorted(raw)
    assert len({source.name for source, _ in found}) == len(raw)
    assert all(os.fsencode(source.path.name) == source.key for source, _ in found)


def test_the_output_folder_is_passed_over(films: Path) -> None:
    make(films / "out", "scan.sqlite")
    assert "out/scan.sqlite" in names(find([str(films)]))
    assert "out/scan.sqlite" not in names(find([str(films)], exclude=films / "out"))
    assert names(find([str(films / "out")], exclude=films / "out")) == ["scan.sqlite"]


def test_a_deep_tree_needs_no_deep_stack(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(400):
        deep = deep / "d"
        deep.mkdir()
    make(deep, "film.png")
    assert names(find([str(tmp_path)])) == ["d/" * 400 + "film.png"]


def test_memory_stays_flat_over_many_folders(tmp_path: Path) -> None:
    for folder in range(60):
        make(tmp_path / f"{folder:03}", *(f"{n}.png" for n in range(20)))
    peaks = []
    for inputs in ([str(tmp_path / "000")], [str(tmp_path)]):
        tracemalloc.start()
        total = sum(1 for _ in find(inputs))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert total == 1200
    assert peaks[1] < peaks[0] + 60_000
