"""Names for rows: printable, and two files never share one."""

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener.images.finding.names import bytes_of, image_id, printable, text_of

FILE_NAMES = st.binary(min_size=1, max_size=40).filter(lambda name: not set(name) & {0, 0x2F})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("film.dcm", "film.dcm"),
        ("Röntgen Brustkorb.dcm", "Röntgen Brustkorb.dcm"),
        ("胸部X線.dcm", "胸部X線.dcm"),
        ("a\nb\x1b[31m.png", r"a\x0ab\x1b[31m.png"),
        ("c1\x9b.png", r"c1\xc2\x9b.png"),
        ("\udcff\udcfe.png", r"\xff\xfe.png"),
        ("gpj.\u202efilm", r"gpj.\xe2\x80\xaefilm"),
        ("no\u200bwidth\u00ad\ufe0f.png", r"no\xe2\x80\x8bwidth\xc2\xad\xef\xb8\x8f.png"),
        ("全角\u3000空格.png", "全角\u3000空格.png"),
        ("پرونده\u200cها ۱.png", "پرونده\u200cها ۱.png"),
        ("\u2764\ufe0f.png", "\u2764\ufe0f.png"),
        ("a\u200c\u200cb.png", r"a\xe2\x80\x8c\xe2\x80\x8cb.png"),
        ("ä\u200c\u200c.png", "ä\u200c" + r"\xe2\x80\x8c.png"),
        (r"back\x0aslash", r"back\x5cx0aslash"),
        ("=cmd()|'/C calc'!A0", "=cmd()|'/C calc'!A0"),
    ],
)
def test_what_is_no_text_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(FILE_NAMES, FILE_NAMES)
def test_two_names_never_look_the_same(first: bytes, second: bytes) -> None:
    shown = [printable(os.fsdecode(name)) for name in (first, second)]
    assert (shown[0] == shown[1]) == (first == second)
    assert all(ord(c) >= 0x20 and not 0xD800 <= ord(c) < 0xE000 for c in shown[0])
    shown[0].encode("utf-8")


def test_composed_and_decomposed_letters_stay_apart() -> None:
    assert printable("é.png") != printable("e\u0301.png")


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("person1_virus_6.jpeg", "person1_virus_6"),
        ("0a1b2c.tif", "0a1b2c"),
        ("no suffix", "no suffix"),
        (".hidden", ".hidden"),
        ("film.2021.dcm", "film.2021"),
        ("1.2.840.113619.2.55", "1.2.840.113619.2.55"),
        ("1.2.840.113619.2.55.dcm", "1.2.840.113619.2.55"),
        ("a\tb.png", r"a\x09b"),
        ("پرونده\u200cها ۱.dcm", "پرونده\u200cها ۱"),
        ("no\u200bwidth\ufe0f.png", "no\u200bwidth\ufe0f"),
        ("gpj.\u202efilm.png", r"gpj.\xe2\x80\xaefilm"),
    ],
)
def test_an_id_is_the_name_without_its_last_suffix(name: str, identity: str) -> None:
    assert image_id(name) == identity


def test_no_name_holds_what_nobody_sees() -> None:
    shown = printable("".join(map(chr, range(0x10000))))
    assert {c for c in shown if unicodedata.category(c) == "Cf"} == set(_SEEN)


_SEEN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
"""The formatting characters of the basic plane that are drawn, with Arabic and Syriac numbers."""


@pytest.mark.parametrize(
    ("system", "name", "text"),
    [
        ("posix", "胸片.png".encode(), "胸片.png"),
        ("nt", "胸片.png".encode(), "胸片.png"),
        ("nt", b"half\xed\xa0\x80.png", "half\ud800.png"),
        ("posix", b"half\xed\xa0\x80.png", "half\udced\udca0\udc80.png"),
    ],
)
def test_a_name_is_text_and_bytes_again(system: str, name: bytes, text: str) -> None:
    assert text_of(name, system) == text
    assert bytes_of(text, system) == name


def test_windows_can_name_a_film_of_a_store_from_another_system() -> None:
    assert text_of(b"r\xf6ntgen.png", "nt") == "r\udcf6ntgen.png"
