"""Text for terminals and files of any encoding."""

import io

import pytest

from screener.cli.plain import CLOSEST


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("utf-8", "✓ ok → 胸片", "✓ ok → 胸片"),
        ("cp1252", "✓ ok, Röntgen", "+ ok, Röntgen"),
        ("cp1252", "✕ FAULT → ◆○…", "x FAULT > *o…"),
        ("cp1252", "胸片✓ő", r"\u80f8\u7247+\u0151"),
        ("ascii", "Röntgen – ▲", r"R\xf6ntgen - ^"),
        ("cp936", "✓ 胸片 →", "+ 胸片 →"),
    ],
)
def test_what_an_encoding_lacks_is_shown_by_its_likeness_or_escaped(
    encoding: str, text: str, written: str
) -> None:
    file = io.BytesIO()
    stream = io.TextIOWrapper(file, encoding=encoding, errors=CLOSEST)
    stream.write(text)
    stream.flush()
    assert file.getvalue().decode(encoding) == written
