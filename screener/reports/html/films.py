"""The worklist and the problems, one film after the other.

The tables are laid out as grids, so that a browser can leave out what is off screen; a grid is no table to
a screen reader any more, hence the explicit roles.
"""

from __future__ import annotations

from collections.abc import Iterator

from screener.records import Counts, Provenance, Row
from screener.reports import wording
from screener.reports.heatmap import heat, layer
from screener.reports.html.markup import badge, base64, safe


def controls(counts: Counts, kind: str) -> str:
    """The search field, filters and the switch for heat maps; the script brings them to life."""
    films = wording.of_kind(kind, "films")
    bands = "".join(
        f'<label class="choice"><input type="checkbox" name="band" value="{band}" checked> {badge(band)} '
        f"<span>{counts.band.get(band, 0):,}</span></label>"
        for band in wording.BAND_NAMES
    )
    return (
        f'<form class="controls" role="search" aria-label="{films.capitalize()}" hidden>'
        '<label class="search">Search <input type="search" id="search" autocomplete="off" '
        'placeholder="name, id, caution"></label>'
        f"<fieldset><legend>Bands</legend>{bands}</fieldset>"
        '<label class="choice"><input type="checkbox" id="cautions"> with cautions only</label>'
        '<label class="choice"><input type="checkbox" id="heat" checked> heat maps</label>'
        f'<output id="shown" aria-live="polite" data-of="{films}"></output></form>'
    )


def worklist_head(kind: str) -> str:
    """What stands before the first film of the worklist."""
    return (
        f'<p class="caption">{safe(wording.of_kind(kind, wording.HEAT_MAP_CAPTION))}</p>'
        '<table id="films" class="films" role="table" aria-labelledby="worklist-title">'
        '<thead role="rowgroup"><tr role="row">'
        f"{_sorter('rank', 'Priority', 'ascending')}"
        '<th role="columnheader" scope="col">Picture</th>'
        f"{_sorter('name', wording.of_kind(kind, 'Film'))}{_sorter('score', 'Score')}"
        '<th role="columnheader" scope="col">Band</th><th role="columnheader" scope="col">Remarks</th>'
        '</tr></thead><tbody role="rowgroup">\n'
    )


def _sorter(key: str, name: str, order: str = "none") -> str:
    return (
        f'<th role="columnheader" scope="col" aria-sort="{order}">'
        f'<button type="button" class="sorter" data-key="{key}">{name}</button></th>'
    )


def worklist_row(rank: int, row: Row, provenance: Provenance, link: str | None, pictured: bool) -> str:
    """One scored film; `link` opens it."""
    assert row.score is not None and row.band is not None
    mark = f"film-{rank}"
    cautions = wording.cautions(row)
    ticks = "".join(f"M{point.threshold * 100:.1f} 0V8" for point in provenance.operating_points)
    return (
        f'<tr role="row" data-rank="{rank}" data-score="{row.score!r}" data-band="{row.band}"'
        f"{' data-caution' if cautions else ''}>"
        f'<td role="cell" class="rank">{rank}</td>'
        f'<td role="cell" class="picture">{_picture(mark, row) if pictured else ""}</td>'
        f'<td role="cell" class="film">{_name(mark, row, link)}</td>'
        f'<td role="cell" class="score"><b>{wording.score(row.score)}</b>'
        f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="empty" width="100" height="8"/>'
        f'<rect class="{row.band}" width="{row.score * 100:.1f}" height="8"/><path d="{ticks}"/></svg></td>'
        f'<td role="cell" class="band">{badge(row.band)}</td>'
        f'<td role="cell" class="remarks">{_reading(row)}{_cautions(cautions)}'
        f"{_details(row, provenance)}</td></tr>\n"
    )


def problems_head(kind: str) -> str:
    """What stands before the first problem."""
    heads = "".join(
        f'<th role="columnheader" scope="col">{name}</th>'
        for name in (wording.of_kind(kind, "Film"), "Status", "Reason", "Detail")
    )
    return (
        '<table class="films troubles" role="table" aria-labelledby="problems">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">\n'
    )


def problem_row(number: int, row: Row, link: str | None, pictured: bool) -> str:
    """One file without a score, with its picture if it got as far as having one."""
    mark = f"problem-{number}"
    return (
        f'<tr role="row"><td role="cell" class="film">{_name(mark, row, link)}'
        f"{_picture(mark, row) if pictured else ''}</td>"
        f'<td role="cell">{wording.STATUS_NAMES[row.status]}</td>'
        f'<td role="cell">{safe(wording.problem(row))} <code>{row.reason or ""}</code></td>'
        f'<td role="cell"><bdi>{safe(row.detail)}</bdi></td></tr>\n'
    )


def _name(mark: str, row: Row, link: str | None) -> str:
    name = f"<bdi>{safe(wording.film_name(row))}</bdi>"
    patient = row.facts.patient if row.facts is not None else ""
    whose = f'<p class="patient">Patient id <bdi>{safe(patient)}</bdi></p>' if patient else ""
    if link is None:
        return f'<span class="name" id="{mark}">{name}</span>{whose}'
    return f'<a class="name" id="{mark}" href="{safe(link)}">{name}</a>{whose}'


def _picture(mark: str, row: Row) -> str:
    if not row.thumbnail:
        return ""
    values = heat(row)
    warm = "" if values is None else f'<img class="heat" alt="" data-png="{base64(layer(values))}">'
    return (
        f'<button type="button" class="enlarge" aria-labelledby="enlarge {mark}">'
        f'<span class="stack"><img class="photo" alt="" data-jpeg="{base64(row.thumbnail)}">{warm}</span>'
        "</button>"
    )


def _reading(row: Row) -> str:
    said = wording.reading(row)
    return f'<p class="reading">{safe(said)}</p>' if said else ""


def _cautions(cautions: str) -> str:
    return f'<p class="caution"><span aria-hidden="true">⚠</span> {safe(cautions)}</p>' if cautions else ""


def _details(row: Row, provenance: Provenance) -> str:
    lines = "".join(
        f"<div><dt>{safe(what)}</dt><dd><bdi>{safe(value)}</bdi></dd></div>"
        for what, value in _facts(row, provenance)
        if value
    )
    return f'<details><summary>Details</summary><dl class="facts">{lines}</dl></details>'


def _facts(row: Row, provenance: Provenance) -> Iterator[tuple[str, str]]:
    for label, probability in zip(provenance.labels, row.probabilities or (), strict=True):
        yield f"P({label})", wording.score(probability)
    if row.facts is not None:
        yield "View", row.facts.view
        yield "Modality", row.facts.modality
        yield "Body part", row.facts.body_part
        yield "Age band", row.facts.age_band
        yield "Size", wording.size(row.facts)
        yield "Kind", row.facts.kind
    yield "Applied to the grey levels", "; ".join(row.applied)
    yield "Image id", row.image_id
    yield "SHA-256", row.sha256
