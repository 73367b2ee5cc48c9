"""The exception tree: exit codes, and messages that say the way out."""

import pytest

from screener import errors


def test_every_error_is_drawn_in_the_tree_with_its_exit_code() -> None:
    classes = [
        c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.ScreenerError)
    ]
    assert len(classes) > 10
    for cls in classes:
        line = next(line for line in (errors.__doc__ or "").splitlines() if f"{cls.__name__} " in line)
        assert str(cls.exit_code) in line.split()


@pytest.mark.parametrize(
    ("name", "expected"), [("resnet43", "Did you mean resnet34?"), ("zzz", "Known: resnet34, vgg16.")]
)
def test_an_unknown_name_gives_near_matches_and_the_list(name: str, expected: str) -> None:
    assert expected in str(errors.UnknownName("model", name, ["vgg16", "resnet34"]))


def test_an_unknown_name_where_nothing_is_installed_says_so() -> None:
    assert str(errors.UnknownName("model", "x", [])) == "unknown model 'x'. No model is installed."


def test_a_missing_extra_names_what_to_install() -> None:
    assert 'pip install ".[train]"' in str(errors.MissingExtra("screener train", "train"))
