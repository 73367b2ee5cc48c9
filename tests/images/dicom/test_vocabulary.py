"""Known words of a header, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener.images.dicom import vocabulary


@pytest.mark.parametrize(
    ("text", "word"),
    [("DX", "DX"), (" cr ", "CR"), ("RTDOSE", "RTDOSE"), ("DOE^JOHN", ""), ("", ""), ("X" * 500, "")],
)
def test_modalities(text: str, word: str) -> None:
    assert vocabulary.modality(text) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("CHEST", "CHEST"),
        ("Thorax", "CHEST"),
        ("PORT CHEST 1V", "CHEST"),
        ("TORAX AP", "CHEST"),
        ("LUNG", "CHEST"),
        ("EXTREMITY", "EXTREMITY"),
        ("WHOLE BODY", "WHOLEBODY"),
        ("C-SPINE", "CSPINE"),
        ("Skull", "SKULL"),
        ("JOHN DOE", ""),
        ("CHESTERFIELD", "CHEST"),
        ("", ""),
    ],
)
def test_body_parts(text: str, word: str) -> None:
    assert vocabulary.body_part(text) == word


@pytest.mark.parametrize(
    ("text", "word", "lateral"),
    [
        ("PA", "PA", False),
        ("ap", "AP", False),
        ("LL", "LL", True),
        ("RL", "RL", True),
        ("LAT", "LATERAL", True),
        ("L LATERAL", "LATERAL", True),
        ("LLD", "LLD", False),
        ("Mr Smith", "", False),
        ("", "", False),
    ],
)
def test_views(text: str, word: str, lateral: bool) -> None:
    assert vocabulary.view(text) == word
    assert vocabulary.is_lateral(word) == lateral


@pytest.mark.parametrize(
    ("descriptions", "lateral"),
    [
        (["CHEST LATERAL"], True),
        (["Thorax lat."], True),
        (["CHEST PA AND LATERAL"], False),
        (["LATERAL", "AP"], False),
        (["left lateral decubitus"], False),
        (["BILATERAL"], False),
        (["PLATE 3"], False),
        ([], False),
    ],
)
def test_views_in_descriptions(descriptions: list[str], lateral: bool) -> None:
    assert (vocabulary.described_view(descriptions) == "LATERAL") == lateral


def test_animals() -> None:
    assert vocabulary.is_animal(["CANINE LATERAL THORAX 0-15cm"])
    assert vocabulary.is_animal(["", "Felis catus"])
    assert not vocabulary.is_animal(["CHEST PA", "Homo sapiens", "CAT scan", "Dr. Wolff"])


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("017Y", "child"),
        ("018Y", "adult"),
        ("099Y", "adult"),
        ("006M", "child"),
        ("300D", "child"),
        ("012W", "child"),
        ("62", "adult"),
        ("5", "child"),
        ("22Y", "adult"),
        ("", ""),
        ("adult", ""),
        ("-1Y", ""),
        ("18 years", ""),
    ],
)
def test_age_bands(text: str, band: str) -> None:
    assert vocabulary.age_band(text) == band


@pytest.mark.parametrize(
    ("born", "taken", "band"),
    [
        ("19400305", "20040826", "adult"),
        ("20020630", "20200629", "child"),
        ("20020630", "20200630", "adult"),
        ("20020630", "20200701", "adult"),
        ("2019.12.31", "20200101", "child"),
        ("20200101", "20200101", "child"),
        ("20200102", "20200101", ""),
        ("19000101", "20250101", ""),
        ("", "20200101", ""),
        ("20200101", "", ""),
        ("1940", "20040826", ""),
        ("nineteen", "20040826", ""),
    ],
)
def test_age_bands_between_two_days(born: str, taken: str, band: str) -> None:
    assert vocabulary.age_band_between(born, taken) == band


@given(st.text(max_size=60))
def test_whatever_is_typed_only_known_words_come_out(text: str) -> None:
    for word in (
        vocabulary.modality(text),
        vocabulary.body_part(text),
        vocabulary.view(text),
        vocabulary.age_band(text),
        vocabulary.age_band_between(text, text),
    ):
        assert word == "" or (word.isascii() and word.isalnum() and len(word) <= 16)
