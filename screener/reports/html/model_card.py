"""`card.html`: a model's card as a page that a clinician can read; no network, no script, no other file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from screener import NOTICE
from screener.models.card import Figure, ModelCard
from screener.models.catalogue import Installed, kind_of
from screener.records import OperatingPoint
from screener.reports import figures, wording
from screener.reports.html.blocks import picture, section, table
from screener.reports.html.document import asset, head
from screener.reports.html.markup import safe

PAGE = "card.html"

MAPS = "heat-maps.png"
"""The mean heat maps by outcome, in a model folder."""

_PLOTS = (
    ("roc.png", "ROC curve on validation films, plain and stressed"),
    ("confusion.png", "Confusion matrix on validation films"),
    ("reliability.png", "Reliability: how often a score comes true"),
    ("curves.png", "The course of the training"),
)
_COMMONNESS = (0.05, 0.2, 0.5)
"""Shares of positives that predictive values are given for."""

_ALONE = frozenset(("data", "recipe", "notes", "stress", "calibration"))


def card_page(card: ModelCard, folder: Path) -> str:
    """The page of `card`; plots are taken from `folder`, as far as they are there."""
    title = f"Model card: {card.name}"
    kind = kind_of(Installed(folder, card))
    films = wording.of_kind(kind, "films")
    sections = (
        section("What it is for", f"<p>{safe(card.intended_use or 'Nothing was said.')}</p>"),
        section("What it was not tested on, and where it is known to fail", _limitations(card)),
        section("What a score means", _points(card, kind)),
        _integers(card, films),
        section("How common the disease is decides what a call is worth", _predictive(card, films)),
        section("What was measured", _metrics(card, films)),
        _maps(folder, kind),
        section(f"The {films} it learned from", _data(card, films)),
        section("Plots", _plots(folder, kind)),
        section("How it was made", _made(card)),
    )
    program = f"screener {card.program}"
    return (
        head(title, program, asset("report.css") + asset("figures.css"))
        + f'<body><header><h1>{safe(title)}</h1><p class="notice">{safe(NOTICE)}</p>'
        f"<p>{safe(card.task_title)}. {safe(card.architecture)}, made {safe(card.created)}.</p>"
        "</header>\n<main>\n"
        + _cards(card, films)
        + "".join(sections)
        + f"</main>\n<footer><p>{safe(NOTICE)}</p><p>{safe(program)}</p></footer></body></html>\n"
    )


def _cards(card: ModelCard, films: str) -> str:
    balanced = next((p for p in card.operating_points if p.name == "balanced"), None)
    shown = [
        ("AUC", _decimal(card.measured("auc")), f"validation {films}"),
        ("AUC under stress", _decimal(card.measured("stress_auc")), f"the same {films}, made worse"),
        ("Sensitivity", wording.percent(balanced.sensitivity.value) if balanced else "–", "balanced"),
        ("Specificity", wording.percent(balanced.specificity.value) if balanced else "–", "balanced"),
    ]
    cards = "".join(
        f'<div class="card"><span>{name}</span><strong>{value}</strong><span>{note}</span></div>'
        for name, value, note in shown
    )
    return f'<section><h2>In short</h2><div class="cards">{cards}</div></section>\n'


def _limitations(card: ModelCard) -> str:
    lines = "".join(f"<li>{safe(line)}</li>" for line in card.limitations)
    return f'<div class="caveats"><ul>{lines}</ul></div>' if lines else "<p>Nothing was said.</p>"


def _points(card: ModelCard, kind: str) -> str:
    film, films = wording.of_kind(kind, "film"), wording.of_kind(kind, "films")
    what = " or ".join(card.positive)
    said = (
        f"<p>A score is the calibrated probability of {safe(what)}, as if {films} of each class were "
        f"equally common. Two thresholds cut it into bands: below the first a {film} is <b>negative</b>, "
        "from the last on <b>positive</b>, and between them <b>uncertain: read first</b>.</p>"
    )
    lines = "".join(
        f"<li>{safe(line)}</li>" for line in (_words(p, what, films) for p in card.operating_points)
    )
    how = card.training.get("calibration")
    chosen = f'<p class="caption">Chosen so: {safe(str(how))}.</p>' if how else ""
    return (
        said
        + f'<ul class="said">{lines}</ul>'
        + _points_table(f"On the {films} by which they were chosen", card.operating_points)
        + chosen
    )


def _points_table(caption: str, points: Sequence[OperatingPoint]) -> str:
    heads = ("Threshold", "Score from", "Sensitivity (95 %)", "Specificity (95 %)")
    rows = [
        (
            point.name,
            [
                wording.percent(point.threshold),
                wording.interval(point.sensitivity),
                wording.interval(point.specificity),
            ],
        )
        for point in points
    ]
    return table(caption, heads, rows)


def _integers(card: ModelCard, films: str) -> str:
    """What changes where the model is run in eight-bit integers; "" where it cannot be."""
    if card.int8 is None:
        return ""
    body = (
        f"<p>A second graph of the same model computes in whole numbers of eight bits, for speed. "
        f"{safe(figures.use_of_int8(card))}</p>"
        + _points_table("Its own thresholds", card.int8.operating_points)
        + _figures_table(f"On the validation {films}, beside full precision", card.int8.metrics)
    )
    return section("Run in eight-bit integers (int8)", body)


def _words(point: OperatingPoint, what: str, films: str) -> str:
    found, false = point.sensitivity, point.specificity
    return (
        f"{point.name} (score of {wording.percent(point.threshold)} or more): of 100 {films} with {what} "
        f"it calls {_of_hundred(found.value)} positive ({_of_hundred(found.low)} to "
        f"{_of_hundred(found.high)}); of 100 without it raises a false alarm for "
        f"{_of_hundred(1 - false.value)} ({_of_hundred(1 - false.high)} to {_of_hundred(1 - false.low)})."
    )


def _of_hundred(share: float) -> str:
    return f"{share * 100:.0f}"


def _predictive(card: ModelCard, films: str) -> str:
    what = " or ".join(card.positive)
    sides = (f"{p.name}: {side}" for p in card.operating_points for side in ("+", "-"))
    rows = [
        (
            f"{common:.0%}",
            [wording.percent(value) for p in card.operating_points for value in predictive_values(p, common)],
        )
        for common in _COMMONNESS
    ]
    return (
        f"<p>Computed from sensitivity and specificity: the share of {films} called positive that do "
        f"show {safe(what)} (+), and of those called negative that do not (-).</p>"
        + table("", (f"{films.capitalize()} with it", *sides), rows)
    )


def predictive_values(point: OperatingPoint, common: float) -> tuple[float, float]:
    """Positive and negative predictive value where a share `common` (0..1) of films is positive (Bayes)."""
    sick, healthy = point.sensitivity.value, point.specificity.value
    called = sick * common + (1 - healthy) * (1 - common)
    passed = (1 - sick) * common + healthy * (1 - common)
    positive = sick * common / called if called else 0.0
    return positive, healthy * (1 - common) / passed if passed else 0.0


def _metrics(card: ModelCard, films: str) -> str:
    stress = card.training.get("stress")
    said = f"<p>Stressed: {safe(str(stress))}.</p>" if stress else ""
    whose = "patients" if card.metrics.get("patients") else films
    return said + _figures_table(
        f"On validation {films}: {whose} that it did not learn from (95 %)", card.metrics
    )


def _figures_table(caption: str, metrics: Mapping[str, Figure]) -> str:
    return table(caption, ("", "Plain", "Stressed"), figures.plain_and_stressed(metrics))


def _maps(folder: Path, kind: str) -> str:
    if not (folder / MAPS).is_file():
        return ""
    said = (
        "Mean heat maps of the validation films, by what became of them, over the mean film: no single film "
        "is shown. Warm places raised the score most, each film on a scale of its own. What lights up "
        "outside the lungs or the tissue in question is a warning."
    )
    return section(
        "Where it looks, and where it looked when it failed",
        f'<p class="caption">{wording.of_kind(kind, said)}</p>'
        + picture("Mean heat maps by outcome", (folder / MAPS).read_bytes()),
    )


def _data(card: ModelCard, films: str) -> str:
    data = card.training.get("data")
    if not isinstance(data, Mapping):
        return "<p>Nothing was said.</p>"
    counts = data.get("pictures")
    shown = {name: value for name, value in data.items() if name != "pictures"}
    if not isinstance(counts, Mapping):
        return _facts(shown)
    rows = [
        (figures.said(str(split)), [f"{of_split.get(label, 0):,}" for label in card.labels])
        for split, of_split in counts.items()
        if isinstance(of_split, Mapping)
    ]
    return _facts(shown) + table(films.capitalize(), ("", *card.labels), rows)


def _plots(folder: Path, kind: str) -> str:
    found = "".join(
        picture(wording.of_kind(kind, title), (folder / name).read_bytes())
        for name, title in _PLOTS
        if (folder / name).is_file()
    )
    return f'<div class="plots">{found}</div>' if found else "<p>The model folder holds none.</p>"


def _made(card: ModelCard) -> str:
    spec = card.input
    notes = card.training.get("notes") or ()
    lines = "".join(f"<li>{safe(str(note))}</li>" for note in notes)
    fit = spec.fit if spec.centre == 1 else f"{spec.fit} of the middle {spec.centre:.0%} of each side"
    facts = {
        "input": f"{spec.width} x {spec.height} pixels, {spec.colour}, {fit}, {spec.interpolation}",
        "heat maps": "class-activation maps" if "maps" in card.outputs else "none",
        "temperature": card.temperature,
        **{name: value for name, value in card.training.items() if name not in _ALONE},
    }
    recipe = card.training.get("recipe")
    details = (
        f"<details><summary>Recipe</summary>{_facts(recipe)}</details>" if isinstance(recipe, Mapping) else ""
    )
    return _facts(facts) + (f"<ul>{lines}</ul>" if lines else "") + details


def _facts(fields: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<div><dt>{safe(figures.said(str(name)))}</dt><dd>{safe(figures.value(value))}</dd></div>"
        for name, value in fields.items()
        if value not in (None, "", [], ())
    )
    return f'<dl class="facts">{lines}</dl>'


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
