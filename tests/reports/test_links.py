"""A link leads from the report to the film, wherever both lie."""

import os
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.rows import NASTY_NAMES, a_scored_row
from screener.images.finding.names import printable
from screener.reports.links import film_links


def _link(name: str, root: str, folder: str) -> str | None:
    return film_links(root, Path(folder))(a_scored_row(0, name, 0.5))


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("name", "root", "folder", "link"),
    [
        ("a.png", "/data/films", "/data/films-2025-03-14", "../films/a.png"),
        ("ward 1/a#1?.png", "/data/films", "/data/out", "../films/ward%201/a%231%3F.png"),
        ("a.png", "/data/films", "/data/films", "a.png"),
        ("a.png", "/mnt/films", "/home/out", "file:///mnt/films/a.png"),
        ("caf\u00e9/\u80ba.png", "/data/films", "/data/out", "../films/caf\u00e9/\u80ba.png"),
        ("\U0001fac1.png", "/data/films", "/data/out", "../films/%F0%9F%AB%81.png"),
        (r"bad\xff.png", "/data/films", "/data/out", "../films/bad%FF.png"),
        (r"back\x5cslash.png", "/data/films", "/data/out", "../films/back%5Cslash.png"),
        ("set.ZIP/x/a.dcm", "/data/films", "/data/out", "../films/set.ZIP"),
        ("javascript:alert(1)", "/data/films", "/data/films", "javascript%3Aalert%281%29"),
        ("a.png", "/", "/data/out", "file:///a.png"),
        ("a.png", "/data/a: b", "/data/out", "../a%3A%20b/a.png"),
        ("a.png", "/mnt/\u80ba", "/data/out", "file:///mnt/\u80ba/a.png"),
        ("a.png", "/mnt/100%", "/data/out", "file:///mnt/100%25/a.png"),
        ("a.png", "/data/films", "/data/films/out", "../a.png"),
        ("a.png", "", "/data/out", None),
    ],
)
def test_links(name: str, root: str, folder: str, link: str | None) -> None:
    assert _link(name, root, folder) == link


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_link_has_no_scheme_but_file(name: str) -> None:
    assert urlsplit(_link(name, "/mnt/films", "/home/out") or "").scheme == "file"
    assert urlsplit(_link(name, "/data/films", "/data/films") or "").scheme == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any byte")
@given(
    st.binary(min_size=1, max_size=40).filter(lambda b: not set(b) & set(b"/\0") and b not in (b".", b".."))
)
def test_a_link_leads_to_the_very_bytes_of_a_name(name: bytes) -> None:
    link = _link(printable(os.fsdecode(name)), "/data/films", "/data/films")
    if name.lower().endswith(b".zip"):
        return
    assert link is not None
    assert unquote_to_bytes(link) == name


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("archive.dat/x/a.dcm", "../films/archive.dat"),
        ("real.zip/in/a.dcm", "../films/real.zip/in/a.dcm"),
        ("ward/set.zip/a.dcm", "../films/ward/set.zip"),
        ("gone/set.zip/a.dcm", "../films/gone/set.zip"),
    ],
)
def test_what_holds_a_film_is_looked_up_where_it_is_there(tmp_path: Path, name: str, link: str) -> None:
    films = tmp_path / "films"
    (films / "real.zip" / "in").mkdir(parents=True)
    (films / "ward").mkdir()
    (films / "archive.dat").write_bytes(b"PK")
    (films / "ward" / "set.zip").write_bytes(b"PK")
    assert _link(name, str(films), str(tmp_path / "out")) == link


def test_a_folder_that_may_not_be_looked_into_stops_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", denied)
    assert _link("ward/a.dcm", str(tmp_path / "films"), str(tmp_path / "out")) == "../films/ward/a.dcm"
