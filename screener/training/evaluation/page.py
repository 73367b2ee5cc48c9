"""`evaluation.html`: one page that needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from screener import NOTICE
from screener.records import Row
from screener.reports import wording
from screener.reports.base import Remarks
from screener.reports.heatmap import film_and_overlay
from screener.reports.html.blocks import picture, section, table
from screener.reports.html.document import asset, head
from screener.reports.html.markup import base64, safe
from screener.reports.publish import Plot
from screener.training.evaluation import words
from screener.training.evaluation.outcome import Evaluation
from screener.training.evaluation.pictures import Illustrated, film_link

_SIDE = 190


class HtmlReport:
    """What came out in words, tables with intervals, plots, films and the worst mistakes."""

    name = "evaluation.html"

    def write(self, view: Illustrated, path: Path) -> Remarks:
        """See `ReportWriter`."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_page(view, path.parent))
        return Remarks()


def _page(view: Illustrated, folder: Path) -> Iterator[str]:
    evaluation = view.evaluation
    subject = evaluation.subject
    style = asset("report.css") + asset("figures.css")
    title = f"Evaluation: {subject.model or subject.title}"
    yield head(f"{title}, {subject.day}", subject.program, style)
    count = len(evaluation.films) + len(evaluation.unscored)
    films = wording.of_kind(subject.kind, "films")
    yield (
        f'<body><header><h1>{safe(title)}</h1><p class="notice">{safe(NOTICE)}</p>'
        f"<p>{safe(subject.title)}. {count:,} labelled {films} of <bdi>{safe(subject.data)}</bdi>"
        f" ({safe(subject.taken)}), {safe(subject.day)}</p></header>\n<main>\n"
    )
    yield _summary(evaluation)
    yield _thresholds(evaluation)
    yield _classes(evaluation)
    yield section("Plots", f'<div class="plots">{"".join(map(_shown, view.plots))}</div>')
    if view.contact_sheet:
        yield section(f"Sixteen {films}", f'<div class="wide">{_shown(view.contact_sheet)}</div>')
    yield _mistakes(view, folder)
    yield _subgroups(evaluation)
    yield _unscored(evaluation)
    yield _about(evaluation)
    yield f"</main>\n<footer><p>{safe(NOTICE)}</p><p>{safe(subject.program)}</p></footer></body></html>\n"


def _summary(evaluation: Evaluation) -> str:
    cards = "".join(
        f'<div class="card"><span>{safe(name)}</span><strong>{value}</strong><span>{safe(note)}</span></div>'
        for name, value, note in _cards(evaluation)
    )
    said = "".join(f"<li>{safe(line)}</li>" for line in words.findings(evaluation))
    notes = "".join(f"<li>{safe(_sentence(note))}</li>" for note in evaluation.notes)
    warned = f'<div class="caveats"><h3>Before you rely on this</h3><ul>{notes}</ul></div>' if notes else ""
    return section("Summary", f'<div class="cards">{cards}</div><ul class="said">{said}</ul>{warned}')


def _cards(evaluation: Evaluation) -> Iterator[tuple[str, str, str]]:
    main = evaluation.main
    kind = evaluation.subject.kind
    for name, key in (
        ("AUC", ("score", "", "auc")),
        ("Sensitivity", ("at", main, "sensitivity")),
        ("Specificity", ("at", main, "specificity")),
        ("Accuracy", ("at", main, "accuracy") if evaluation.is_binary else ("all", "", "accuracy")),
    ):
        figure = evaluation.figure(*key)
        where = f"; {main}" if key[0] == "at" else ""
        if figure is None:
            yield name, "–", wording.of_kind(kind, "not defined on these films")
        elif name == "AUC":
            yield name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}"
        else:
            low, high = wording.percent(figure.low), wording.percent(figure.high)
            yield name, wording.percent(figure.value), f"{low} to {high}{where}"
    sides = ", ".join(f"{count:,} {name}" for name, count in evaluation.support.items())
    yield wording.of_kind(kind, "Films with a score"), f"{len(evaluation.films):,}", sides


def _thresholds(evaluation: Evaluation) -> str:
    what = " or ".join(evaluation.subject.positive)
    heads = [words.threshold_name(evaluation, calls.name) for calls in evaluation.calls]
    film = wording.of_kind(evaluation.subject.kind, "film")
    called = f"A {film} is called {what} from this score on"
    at = table(called, ("", *heads), words.threshold_lines(evaluation))
    score = f"Of the score (probability of {what}), at no threshold"
    free = table(score, ("", "95 % interval"), words.lines(evaluation, "score"))
    return section("Thresholds", at + free)


def _classes(evaluation: Evaluation) -> str:
    classes = evaluation.subject.classes
    count = wording.of_kind(evaluation.subject.kind, "Films (support)")
    films = (count, [f"{evaluation.support[name]:,}" for name in classes])
    rows = [films, *words.lines(evaluation, "class", classes)]
    each = table("Each class against the rest, the likeliest class called", ("", *classes), rows)
    overall = table("All classes together", ("", "95 % interval"), words.lines(evaluation, "all"))
    return section("Classes", each + overall)


def _mistakes(view: Illustrated, folder: Path) -> str:
    evaluation = view.evaluation
    total = len(evaluation.mistakes)
    kind = evaluation.subject.kind
    if not total:
        return section("Mistakes", wording.of_kind(kind, "<p>No film was called what it is not.</p>"))
    shown = "".join(_mistake(evaluation, place, row, folder) for place, row in view.mistakes)
    heat = (
        f" {safe(wording.of_kind(kind, wording.HEAT_MAP_CAPTION))}"
        if any(row and row.heat_map for _, row in view.mistakes)
        else ""
    )
    films = wording.of_kind(kind, "films")
    number = len(view.mistakes)
    these = f"; these are the {number:,} that the model was surest of" if 0 < number < total else ""
    these = ", here the surest first" if number == total else these
    were = "was called what it is not" if total == 1 else "were called what they are not"
    said = f"{total:,} of {len(evaluation.films):,} {films} {were}{these}."
    return section("Worst mistakes", f'<p class="caption">{said}{heat}</p><ol class="mistakes">{shown}</ol>')


def _mistake(evaluation: Evaluation, place: int, row: Row | None, folder: Path) -> str:
    film = evaluation.films[place]
    link = film_link(film, row, folder)
    film_and_heat = film_and_overlay(row, _SIDE) if row else b""
    image = f'<img alt="" src="data:image/jpeg;base64,{base64(film_and_heat)}">' if film_and_heat else ""
    name = f"<bdi>{safe(film.name)}</bdi>"
    opened = f'<a href="{safe(link)}">{name}</a>' if link else name
    called, true = evaluation.called_name(place), evaluation.true_name(place)
    said = f"<b>{safe(called)}</b> (is {safe(true)}), {words.sureness(evaluation, place)}"
    return f"<li>{image}<p>{said}</p><p>{opened}</p></li>"


def _subgroups(evaluation: Evaluation) -> str:
    if not evaluation.subgroups:
        return ""
    rows = [
        (
            f"{one.column}: {one.value}",
            [
                f"{one.films:,}",
                "–" if one.patients is None else f"{one.patients:,}",
                f"{one.positives:,}",
                words.decimal(one.auc),
                words.share(one.sensitivity),
                words.share(one.specificity),
                words.share(one.accuracy),
            ],
        )
        for one in evaluation.subgroups
    ]
    films = wording.of_kind(evaluation.subject.kind, "Films")
    heads = ("Subgroup", films, "Patients", "Positive", "AUC", "Sensitivity", "Specificity", "Accuracy")
    by = f"the {evaluation.main} threshold"
    caption = f"Sensitivity and specificity at {by}; small groups have wide intervals"
    return section("Subgroups", table(caption, heads, rows))


def _unscored(evaluation: Evaluation) -> str:
    if not evaluation.unscored:
        return ""
    rows = [(label, [why, f"{count:,}"]) for label, why, count in evaluation.unscored_reasons]
    films = wording.of_kind(evaluation.subject.kind, "films")
    number = len(evaluation.unscored)
    said = "1 labelled film has no score and counts in no figure"
    if number > 1:
        said = f"{number:,} labelled films have no score and count in no figure"
    caption = wording.of_kind(evaluation.subject.kind, said)
    return section("Without a score", table(caption, ("Label", "Why", films.capitalize()), rows))


def _about(evaluation: Evaluation) -> str:
    lines = "".join(f"<li>{safe(line)}</li>" for line in words.about(evaluation))
    facts = "".join(
        f"<div><dt>{safe(wording.of_kind(evaluation.subject.kind, what))}</dt>"
        f"<dd><bdi>{safe(value)}</bdi></dd></div>"
        for what, value in evaluation.subject.facts
    )
    return section("How to read this", f"<ul>{lines}</ul>") + section(
        "Where the figures come from", f'<dl class="facts">{facts}</dl>'
    )


def _shown(plot: Plot) -> str:
    return picture(plot.title, plot.png)


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."
