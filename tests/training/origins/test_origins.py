from pathlib import Path

import pytest

from screener.errors import UnknownName, UsageError
from screener.training.origins import NAMES, UNSTATED, load_origin


@pytest.mark.parametrize("name", NAMES)
def test_a_known_origin_says_all_that_a_card_needs(name: str) -> None:
    origin = load_origin(name)
    for field in ("title", "population", "citation", "licence", "intended_use"):
        assert getattr(origin, field), field
    assert "not for diagnosis" in origin.intended_use
    assert len(origin.limitations) > 3


def test_nothing_said_is_said() -> None:
    assert load_origin("") is UNSTATED
    assert "not stated" in UNSTATED.title


def test_a_users_own(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text('title = "Our films"\nlimitations = ["One ward."]\n')
    assert load_origin(str(path)).limitations == ("One ward.",)


@pytest.mark.parametrize("text", ["title = ", 'title = "x"\nauthor = "y"\n', ""])
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"--origin .*ours\.toml cannot be read"):
        load_origin(str(path))


def test_an_unknown_name_gives_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="kermany-2018"):
        load_origin("kermany")


def test_limitations_are_a_list(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('title = "Films"\nlimitations = "Only adults."\n')
    with pytest.raises(UsageError, match="limitations must be a list of texts"):
        load_origin(str(path))
