"""The page holds the rows, and nothing in it is more than text."""

import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

from builders.rows import POINTS, MemoryView, a_problem_row, a_provenance, a_scored_row, a_thumbnail
from screener import NOTICE
from screener.records import Facts, Reason, Row
from screener.reports import wording
from screener.reports.html.page import HtmlReport

_VOID = {"meta", "img", "input", "rect", "path", "link", "br"}


class _Page(HTMLParser):
    """Elements in order, each with its attributes and all the text inside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(text)
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice"
        text: list[str] = []
        self.elements.append((tag, dict(attrs), text))
        if tag not in _VOID:
            self._open.append((tag, text))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, text in self._open:
            text.append(data)

    def texts(self, tag: str, klass: str) -> list[str]:
        return [
            "".join(text)
            for name, attributes, text in self.elements
            if name == tag and klass in (attributes.get("class") or "").split()
        ]


@pytest.fixture(scope="module")
def text(view: MemoryView, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("html") / "report.html"
    assert not HtmlReport().write(view, path).notes
    return path.read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> _Page:
    return _Page(text)


def _written(rows: list[Row], path: Path, writer: HtmlReport | None = None, **provenance: object) -> _Page:
    (writer or HtmlReport()).write(MemoryView(tuple(rows), a_provenance(**provenance)), path)
    return _Page(path.read_text("utf-8"))


def test_films_and_problems_read_back(page: _Page, view: MemoryView) -> None:
    scored, problems = list(view.worklist()), list(view.problems())
    names = page.texts("a", "name")
    assert names == [wording.film_name(row) for row in (*scored, *problems)]
    assert page.texts("td", "rank") == [str(rank) for rank in range(1, len(scored) + 1)]
    rows = [attributes for tag, attributes, _ in page.elements if tag == "tr" and "data-score" in attributes]
    assert [float(row["data-score"] or "nan") for row in rows] == [row.score for row in scored]
    assert [row["data-band"] for row in rows] == [row.band for row in scored]
    assert ["data-caution" in row for row in rows] == [bool(row.cautions) for row in scored]


def test_every_film_says_whose_it_is_where_that_was_asked_for(page: _Page, tmp_path: Path) -> None:
    assert page.texts("p", "patient") == []
    scored = a_scored_row(0, "a.dcm", 0.5, facts=Facts("dicom", 10, 10, patient="<7>"))
    refused = a_problem_row(1, "b.dcm", Reason.LATERAL, facts=Facts("dicom", 10, 10, patient="8"))
    HtmlReport().write(MemoryView((scored, refused), a_provenance()), tmp_path / "report.html")
    asked = _Page((tmp_path / "report.html").read_text("utf-8"))
    assert asked.texts("p", "patient") == ["Patient id <7>", "Patient id 8"]


def test_frames_are_not_counted_as_files(tmp_path: Path) -> None:
    frames = tuple(a_scored_row(0, "a.dcm", 0.5, frame=number) for number in (1, 2))
    HtmlReport().write(MemoryView(frames, a_provenance()), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert text.count("2 files and frames") == 2
    assert "2 files," not in text


def test_scores_and_thresholds_are_said_to_the_same_decimals(tmp_path: Path) -> None:
    points = (replace(POINTS[0], threshold=0.4434),)
    rows = (a_scored_row(0, "above.png", 0.4435), a_scored_row(1, "below.png", 0.4433))
    HtmlReport().write(MemoryView(rows, a_provenance(operating_points=points)), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "<b>44.35 %</b>" in text
    assert "<b>44.33 %</b>" in text
    assert text.count("44.34 %") == 4  # two bands, the operating point, its mark on the chart
    assert "44.3 %" not in text


def test_details_are_there(page: _Page) -> None:
    remarks = " ".join(page.texts("td", "remarks"))
    for expected in ("window 40/400 LINEAR", "1024 × 768", "DX", "P(normal)", "an adult's film"):
        assert expected in remarks
    everything = " ".join("".join(text) for tag, _, text in page.elements if tag == "body")
    for expected in (
        NOTICE,
        "99.0 % (98.1 to 99.5)",
        "=more & <more>",
        "screener 0.1.0",
        r"<i>=detail()</i>\x07\ud800",
    ):
        assert expected in everything


def test_pictures_read_back_and_none_is_loaded_before_it_is_seen(page: _Page, view: MemoryView) -> None:
    images = [attributes for tag, attributes, _ in page.elements if tag == "img"]
    assert not [image for image in images if "src" in image]
    films = [b64decode(image["data-jpeg"] or "") for image in images if "data-jpeg" in image]
    assert films == [row.thumbnail for row in view.worklist() if row.thumbnail]
    maps = [b64decode(image["data-png"] or "") for image in images if "data-png" in image]
    assert len(maps) == len([row for row in view.worklist() if row.thumbnail and row.heat_map])
    assert Image.open(BytesIO(maps[0])).size == (28, 28)


def test_a_film_that_was_refused_shows_what_it_was(tmp_path: Path) -> None:
    page = _written(
        [a_problem_row(0, "cat.png", Reason.COLOUR, thumbnail=a_thumbnail(1))], tmp_path / "r.html"
    )
    assert len([1 for tag, attributes, _ in page.elements if tag == "img" and "data-jpeg" in attributes]) == 1


def test_only_our_style_and_script_may_run(page: _Page) -> None:
    policy = next(a["content"] for t, a, _ in page.elements if t == "meta" and "http-equiv" in a) or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    assert rules.pop("img-src") == "data:"
    for tag in ("style", "script"):
        (content,) = ["".join(text) for name, _, text in page.elements if name == tag]
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert rules.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert not rules


def test_nothing_is_fetched_and_nothing_is_inline(page: _Page, text: str) -> None:
    for tag, attributes, _ in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert tag not in {"iframe", "object", "embed", "base", "link"}
    assert not re.search(r"https?://", text)
    targets = [attributes["href"] or "" for _, attributes, _ in page.elements if "href" in attributes]
    assert {target.split(":")[0] for target in targets if not target.startswith("#")} == {"file"}


def test_it_can_be_used_without_eyes_or_mouse(page: _Page) -> None:
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes, _ in page.elements:
        named = (attributes.get("aria-labelledby") or "").split()
        assert set(named) <= set(ids)
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids
    roles = {attributes.get("role") for _, attributes, _ in page.elements}
    assert {"table", "rowgroup", "row", "columnheader", "cell", "search"} <= roles
    sorts = [attributes["aria-sort"] for _, attributes, _ in page.elements if "aria-sort" in attributes]
    assert sorts == ["ascending", "none", "none"]
    headings = [tag for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings == ["h1", "h2", "h2", "h2", "h2"]


def test_bands_differ_by_word_and_shape(page: _Page) -> None:
    assert set(page.texts("span", "badge")) == {"▲ Positive", "◆ Uncertain", "○ Negative"}


def test_the_histogram_counts_every_scored_film(page: _Page, view: MemoryView) -> None:
    (table,) = [
        i for i, (tag, _, text) in enumerate(page.elements) if tag == "table" and "Score" in "".join(text)[:5]
    ]
    cells = []
    for tag, _, content in page.elements[table + 1 :]:
        if tag == "table":
            break
        if tag == "td":
            cells.append(int("".join(content)))
    assert sum(cells) == view.counts().scored


@pytest.mark.parametrize(
    "thresholds", [(0.301, 0.424, 0.443), (0.5, 0.501, 0.502), (0.02, 0.04, 0.06), (0.9, 0.95, 0.99)]
)
def test_names_of_thresholds_do_not_cover_each_other(
    tmp_path: Path, thresholds: tuple[float, float, float]
) -> None:
    points = tuple(
        replace(point, threshold=threshold)
        for point, threshold in zip(a_provenance().operating_points, thresholds, strict=True)
    )
    path = tmp_path / "report.html"
    _written([a_scored_row(1, "a.png", 0.4)], path, operating_points=points)
    found = re.findall(
        r'<text class="mark-name" x="([\d.]+)" y="(\d+)" text-anchor="(\w+)">([^<]+)', path.read_text("utf-8")
    )
    assert len(found) == 3
    spans = []
    for x, y, anchor, name in found:
        width = 7.5 * len(name)  # of the widest of the page's fonts at 13 units
        left = float(x) - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        assert left >= 0
        assert int(y) >= 13
        spans.append((int(y), left, left + width))
    for one, other in combinations(spans, 2):
        assert abs(one[0] - other[0]) >= 14 or one[2] <= other[1] or other[2] <= one[1]


def test_printed_pages_bear_the_notice(text: str) -> None:
    assert f'@bottom-left {{ content: "{NOTICE}"' in text


def test_an_empty_scan_makes_a_page(tmp_path: Path) -> None:
    page = _written([], tmp_path / "r.html", operating_points=())
    assert page.texts("td", "rank") == []


def test_a_long_list_ends_where_a_browser_would_suffer_and_says_so(tmp_path: Path) -> None:
    rows = [a_scored_row(i, f"{i}.png", 1 - i / 10, a_thumbnail(i)) for i in range(5)]
    rows += [a_problem_row(9 + i, f"bad {i}.png", Reason.CORRUPT) for i in range(6)]
    writer = HtmlReport(rows=4, pictures=2)
    page = _written(rows, tmp_path / "r.html", writer, root="")
    assert page.texts("span", "name") == [
        *(f"{i}.png" for i in range(4)),
        *(f"bad {i}.png" for i in range(4)),
    ]
    assert len(page.texts("button", "enlarge")) == 2
    notes = writer.write(MemoryView(tuple(rows), a_provenance()), tmp_path / "again.html").notes
    assert notes == (
        "report.html: the first 4 of 5 films; --format xlsx, csv or jsonl gives all",
        "report.html: pictures of the 2 most suspicious films only",
        "report.html: the first 4 of 6 problems; --format xlsx, csv or jsonl gives all",
    )
    assert [f"This page shows {note.removeprefix('report.html: ')}." for note in notes] == page.texts(
        "p", "left-out"
    )
