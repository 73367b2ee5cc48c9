"""The parts of the page that are about all films: counts, scores, operating points, provenance."""

from __future__ import annotations

from collections.abc import Iterator

from screener.records import Band, Counts, OperatingPoint, Provenance
from screener.reports import wording
from screener.reports.html.markup import badge, safe
from screener.reports.overview import Histogram, Overview

_WIDTH, _HEIGHT = 720, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 24, 60, 40
_LETTER, _LINE = 8, 16
"""Units that a letter of a label is wide, at most on average, and a line of them high."""
_FROM_BASE_UP = (Band.NEGATIVE, Band.UNCERTAIN, Band.POSITIVE)


def summary(provenance: Provenance, counts: Counts, seen: Overview) -> str:
    """The section that a reader sees first."""
    kind, points = provenance.kind, provenance.operating_points
    return (
        '<section aria-labelledby="summary-title"><h2 id="summary-title">Summary</h2>'
        f'<div class="cards">{"".join(_cards(points, counts, seen.frames))}</div>'
        f'<div class="side">{_histogram(kind, seen.histogram, points)}'
        f"<div>{_statuses(counts, seen.frames)}{_points(kind, points)}</div></div></section>\n"
    )


def about(provenance: Provenance) -> str:
    """The section that says where the scores come from."""
    lines = "".join(
        f"<div><dt>{safe(what)}</dt><dd><bdi>{safe(value)}</bdi></dd></div>"
        for what, value in wording.provenance_lines(provenance)
    )
    return (
        '<section aria-labelledby="about-title"><h2 id="about-title">Where the scores come from</h2>'
        f'<dl class="facts">{lines}</dl></section>\n'
    )


def _cards(points: tuple[OperatingPoint, ...], counts: Counts, frames: bool) -> Iterator[str]:
    meanings = wording.band_meanings(points)
    for band in wording.BAND_NAMES:
        yield (
            f'<div class="card {band}">{badge(band)}<strong>{counts.band.get(band, 0):,}</strong>'
            f"<span>{safe(meanings.get(band, ''))}</span></div>"
        )
    problems = counts.total - counts.scored
    yield (
        f'<div class="card"><a href="#problems">Not scored</a><strong>{problems:,}</strong>'
        f"<span>of {wording.counted_files(counts.total, frames)}; each with its reason below</span></div>"
    )


def _statuses(counts: Counts, frames: bool) -> str:
    lines = "".join(
        f'<tr><th scope="row">{name}</th><td>{count:,}</td></tr>'
        for name, count in (*wording.count_lines(counts), ("All", counts.total))
    )
    return f'<table class="figures"><caption>{wording.files(frames)}</caption><tbody>{lines}</tbody></table>'


def _points(kind: str, points: tuple[OperatingPoint, ...]) -> str:
    lines = "".join(
        f'<tr><th scope="row">{safe(point.name)}</th><td>{wording.score(point.threshold)}</td>'
        f"<td>{wording.interval(point.sensitivity)}</td><td>{wording.interval(point.specificity)}</td></tr>"
        for point in points
    )
    title = wording.of_kind(kind, wording.POINTS)
    return (
        f'<table class="figures"><caption>{title}</caption>'
        '<thead><tr><th scope="col">Name</th><th scope="col">Threshold</th>'
        '<th scope="col">Sensitivity</th><th scope="col">Specificity</th></tr></thead>'
        f"<tbody>{lines}</tbody></table>"
    )


def _histogram(kind: str, histogram: Histogram, points: tuple[OperatingPoint, ...]) -> str:
    return (
        f'<figure class="spread"><figcaption>{wording.of_kind(kind, "Films by score")}</figcaption>'
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {_HEIGHT + _TOP + _BOTTOM}" role="img" '
        f'aria-label="Histogram of the scores; the same figures are in the table below">'
        f"{''.join(_bars(histogram))}{''.join(_axes(histogram))}{''.join(_marks(points))}</svg>"
        f"<details><summary>The figures of this chart</summary>{_bins(histogram)}</details></figure>"
    )


def _bars(histogram: Histogram) -> Iterator[str]:
    width = _WIDTH / histogram.bins
    highest = max(histogram.highest, 1)
    for index in range(histogram.bins):
        base = float(_TOP + _HEIGHT)
        for band in _FROM_BASE_UP:
            if films := histogram.counts[band][index]:
                height = _HEIGHT * films / highest
                base -= height
                yield (
                    f'<rect class="{band}" x="{_LEFT + index * width + 1:.1f}" y="{base:.1f}" '
                    f'width="{width - 2:.1f}" height="{height:.1f}"/>'
                )


def _axes(histogram: Histogram) -> Iterator[str]:
    floor = _TOP + _HEIGHT
    yield f'<path class="axis" d="M{_LEFT} {_TOP}V{floor}H{_LEFT + _WIDTH}"/>'
    for share in (0, 25, 50, 75, 100):
        x = _LEFT + _WIDTH * share / 100
        yield f'<text class="tick" x="{x:.0f}" y="{floor + 16}" text-anchor="middle">{share} %</text>'
    yield f'<text class="tick" x="{_LEFT - 6}" y="{_TOP + 8}" text-anchor="end">{histogram.highest:,}</text>'
    yield f'<text class="tick" x="{_LEFT - 6}" y="{floor}" text-anchor="end">0</text>'
    yield (
        f'<text class="tick" x="{_LEFT + _WIDTH / 2:.0f}" y="{floor + 34}" text-anchor="middle">score</text>'
    )


def _marks(points: tuple[OperatingPoint, ...]) -> Iterator[str]:
    ends: list[float] = []
    names = []
    for point in sorted(points, key=lambda point: point.threshold):
        x = _LEFT + _WIDTH * point.threshold
        name = f"{point.name} {wording.score(point.threshold)}"
        width = _LETTER * len(name)
        # A label near an edge would leave the picture, so it ends or begins at its line instead.
        anchor, before = (
            ("end", width)
            if point.threshold > 0.85
            else ("middle", width / 2)
            if point.threshold > 0.1
            else ("start", 0)
        )
        # Labels that would overlap stand one above the other.
        row = next((row for row, end in enumerate(ends) if end < x - before), len(ends))
        ends[row : row + 1] = [x - before + width]
        y = _TOP - 10 - _LINE * row
        yield f'<path class="mark" d="M{x:.1f} {y + 6}V{_TOP + _HEIGHT}"/>'
        names.append(
            f'<text class="mark-name" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{safe(name)}</text>'
        )
    yield from names  # after all lines, which they interrupt


def _bins(histogram: Histogram) -> str:
    lines = []
    for index in range(histogram.bins):
        low, high = histogram.edges(index)
        films = "".join(f"<td>{histogram.counts[band][index]:,}</td>" for band in _FROM_BASE_UP)
        lines.append(f'<tr><th scope="row">{low * 100:.0f} to {high * 100:.0f} %</th>{films}</tr>')
    heads = "".join(f'<th scope="col">{wording.BAND_NAMES[band]}</th>' for band in _FROM_BASE_UP)
    return (
        f'<table class="figures"><thead><tr><th scope="col">Score</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )
