"""All that is known of one film, as a page of HTML. Every value is escaped: a name may hold anything."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPalette

from screener.desktop import words
from screener.desktop.colours import band_tone, line, notice_tone, soft
from screener.desktop.markup import breakable, escaped
from screener.records import Provenance, Row
from screener.reports.wording import film_name, size

_BAR = 120

translate = QCoreApplication.translate


def details(row: Row, provenance: Provenance, palette: QPalette) -> str:
    """The page for `row` of a scan, in the reader's language and the window's colours."""
    parts = [f"<h3>{breakable(film_name(row))}</h3>"]
    if row.score is None:
        parts.append(_problem(row, palette))
    else:
        parts += [_score(row, palette), _cautions(row, palette), _probabilities(row, provenance, palette)]
        parts.append(_points(row, provenance, palette))
    parts.append(_film(row, palette))
    return "".join(parts)


def _score(row: Row, palette: QPalette) -> str:
    if row.band is None or row.score is None:
        return ""
    tone = band_tone(row.band, palette)
    return (
        f'<table width="100%" cellpadding="8" cellspacing="0"><tr><td bgcolor="{tone.ground.name()}">'
        f'<font color="{tone.text.name()}" size="+2"><b>{escaped(words.band_label(row.band))}'
        f"&nbsp;&nbsp;{words.share(row.score)}</b></font></td></tr></table>"
    )


def _problem(row: Row, palette: QPalette) -> str:
    more = (row.detail,) if row.detail else ()
    return _notice(translate("Details", "Not scored"), (words.reason(row), *more), palette)


def _cautions(row: Row, palette: QPalette) -> str:
    if not row.cautions:
        return ""
    said = tuple(words.caution(one) for one in row.cautions)
    return _notice(translate("Details", "Take care"), said, palette)


def _notice(heading: str, said: tuple[str, ...], palette: QPalette) -> str:
    tone = notice_tone(palette)
    lines = "<br>".join(escaped(one) for one in said)
    return (
        f'<table width="100%" cellpadding="8" cellspacing="0"><tr><td bgcolor="{tone.ground.name()}">'
        f'<font color="{tone.text.name()}"><b>{escaped(heading)}</b><br>{lines}</font></td></tr></table>'
    )


def _probabilities(row: Row, provenance: Provenance, palette: QPalette) -> str:
    lines = []
    for label, share in zip(provenance.labels, row.probabilities or (), strict=False):
        counts = label in provenance.positive
        name = f"<b>{escaped(words.of_records(label))}</b>" if counts else escaped(words.of_records(label))
        full = max(1, round(share * _BAR))
        colour = band_tone(row.band, palette).strong if counts and row.band else soft(palette)
        bar = (
            f'<table cellspacing="0" cellpadding="0"><tr><td width="{full}" height="9" '
            f'bgcolor="{colour.name()}"></td><td width="{_BAR - full + 1}" bgcolor="{line(palette).name()}">'
            f"</td></tr></table>"
        )
        lines.append(f"<tr><td>{name}</td><td valign='middle'>{bar}</td><td>{words.share(share)}</td></tr>")
    return _section(translate("Details", "Probabilities"), lines)


def _points(row: Row, provenance: Provenance, palette: QPalette) -> str:
    if not provenance.operating_points or row.score is None:
        return ""
    above = translate("Details", "reached: called positive")
    below = translate("Details", "not reached: called negative")
    does = translate("Details", "sensitivity {0}, specificity {1}")
    lines = [
        f"<tr><td>{escaped(words.of_records(point.name))}</td><td>{words.share(point.threshold)}</td>"
        f"<td>{above if row.score >= point.threshold else below}<br><font color='{soft(palette).name()}'>"
        f"{does.format(_percent(point.sensitivity.value), _percent(point.specificity.value))}"
        f"</font></td></tr>"
        for point in provenance.operating_points
    ]
    return _section(translate("Details", "Operating points"), lines)


def _film(row: Row, palette: QPalette) -> str:
    known = []
    if (facts := row.facts) is not None:
        said = (facts.kind.upper(), size(facts), facts.modality, facts.body_part, facts.view)
        known.append((translate("Details", "Picture"), ", ".join(one for one in said if one)))
    if row.score is not None or row.applied:
        nothing = translate("Details", "nothing: shown and scored as stored")
        known.append(
            (
                translate("Details", "Applied to the pixels"),
                "; ".join(map(words.step, row.applied)) or nothing,
            )
        )
    lines = [
        f"<tr><td><font color='{soft(palette).name()}'>{name}</font></td><td>{escaped(value)}</td></tr>"
        for name, value in known
    ]
    return _section(translate("Details", "The file"), lines) if lines else ""


def _section(heading: str, lines: list[str]) -> str:
    return f"<h4>{escaped(heading)}</h4><table cellpadding='3'>{''.join(lines)}</table>"


def _percent(share: float) -> str:
    return f"{share:.1%}"
