"""The films that a zip or a DICOMDIR stands for."""

import shutil
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from pydicom.data import get_testdata_file

from builders.dicom import dicom, dicomdir
from builders.find import make, names
from builders.pictures import film, png, zipped
from screener.images.finding.find import count, find
from screener.records import Reason


def test_the_films_of_a_dicomdir_are_told_from_those_of_a_folder_beside_it(tmp_path: Path) -> None:
    index = get_testdata_file("DICOMDIR", download=False)
    assert isinstance(index, str)
    make(tmp_path, "77654033/CR1/6154")
    found = list(find([index, str(tmp_path / "77654033")]))
    assert len({source.key for source, _ in found}) == len(found) == 32


def test_a_member_with_an_endless_name_is_refused_before_it_is_given_to_a_worker(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "long.zip", "w") as archive:
        archive.writestr("\x01" * 60_000 + ".png", b"x")
        archive.writestr("short.png", b"x")
    (long, why), (short, fine) = find([str(tmp_path / "long.zip")])
    assert why is not None
    assert "more than 1,000 characters" in why.detail
    assert len(long.name) < 10_000
    assert (short.name, fine) == ("long.zip/short.png", None)


def test_members_that_look_alike_are_told_apart(tmp_path: Path) -> None:
    members = ["a.png", "./a.png", "../a.png", "a.png (2)", "b\u200b.png", "b.png"]
    (tmp_path / "z.zip").write_bytes(zipped(dict.fromkeys(members, b"x")))
    assert [name.removeprefix("z.zip/") for name in names(find([str(tmp_path)]))] == [
        "a.png", "a.png (2)", "a.png (3)", "a.png (2) (2)", r"b\xe2\x80\x8b.png", "b.png",
    ]  # fmt: skip


def test_a_zip_stands_for_its_members(tmp_path: Path) -> None:
    inner = zipped({"deep.png": b"x"})
    (tmp_path / "films.ZIP").write_bytes(zipped({"b/1.png": b"x", "../evil.dcm": b"x", "inner.zip": inner}))
    (tmp_path / "table.xlsx").write_bytes(zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}))
    found = list(find([str(tmp_path)]))
    assert names(found) == ["films.ZIP/b/1.png", "films.ZIP/evil.dcm", "films.ZIP/inner.zip", "table.xlsx"]
    assert [source.member for source, _ in found] == ["b/1.png", "../evil.dcm", "inner.zip", None]
    assert found[0][0].image_id == "1"
    assert found[3][1] is not None
    assert count([str(tmp_path)]) == len(found)


def test_a_dicomdir_is_a_file_in_a_walk_and_followed_as_an_input(tmp_path: Path) -> None:
    index = get_testdata_file("DICOMDIR", download=False)
    assert isinstance(index, str)
    medium = Path(index).parent
    walked = names(find([str(medium)]))
    assert "DICOMDIR" in walked
    followed = list(find([index]))
    assert len(followed) == 31
    assert {source.name for source, _ in followed} <= set(walked)
    # A medium with a file missing, and another in lower case.
    (tmp_path / "cr1").mkdir()
    shutil.copy(index, tmp_path / "DICOMDIR")
    (tmp_path / "77654033").mkdir()
    (tmp_path / "77654033" / "cr1").mkdir()
    shutil.copy(medium / "77654033" / "CR1" / "6154", tmp_path / "77654033" / "cr1" / "6154")
    found = {source.name: refused for source, refused in find([str(tmp_path / "DICOMDIR")])}
    assert found["77654033/cr1/6154"] is None
    missing = found["98892001/CT2N/6293"]
    assert missing is not None
    assert missing.reason is Reason.VANISHED


def test_a_dicomdir_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    medium = make(tmp_path, "SECRET", "cd/FILM", "cd/SUB/SECRET") / "cd"
    steps = [["..", "SECRET"], ["", "SECRET"], ["LINK", "SECRET"], ["SUB", "..", "..", "SECRET"], ["FILM"]]
    (medium / "DICOMDIR").write_bytes(dicomdir(steps))
    if sys.platform != "win32":
        (medium / "LINK").symlink_to(tmp_path)
    assert names(find([str(medium / "DICOMDIR")])) == ["FILM"]


def test_a_dicomdir_may_name_what_no_disc_can_hold(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="exceeds the maximum length"):
        index = dicomdir([["F" * 300], ["FILM"]])
    (tmp_path / "DICOMDIR").write_bytes(index)
    (tmp_path / "FILM").write_bytes(b"film")
    found = [(len(source.name), refused) for source, refused in find([str(tmp_path / "DICOMDIR")])]
    assert [length for length, _ in found] == [300, 4]
    assert found[0][1] is not None
    assert found[0][1].reason is Reason.VANISHED
    assert found[1][1] is None


def test_a_broken_dicomdir_is_reported_as_leading_nowhere(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(dicomdir([["FILM"]])[:300])
    ((source, refused),) = find([str(tmp_path / "DICOMDIR")])
    assert source.name == "DICOMDIR"
    assert refused is not None
    assert refused.reason is Reason.VANISHED


def test_a_film_called_dicomdir_is_a_film(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(dicom(film(64, 64)))
    (tmp_path / "DICOMDIR.png").write_bytes(png(film(64, 64)))
    assert names(find([str(tmp_path)])) == ["DICOMDIR", "DICOMDIR.png"]
    assert names(find([str(tmp_path / "DICOMDIR")])) == ["DICOMDIR"]
