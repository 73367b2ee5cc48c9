"""The words that every report has in common."""

from __future__ import annotations

import re

from screener.records import Band, Counts, Facts, Interval, OperatingPoint, Provenance, Row, Status, Verdict

BAND_NAMES = {Band.POSITIVE: "Positive", Band.UNCERTAIN: "Uncertain", Band.NEGATIVE: "Negative"}
"""The bands in the order of a worklist."""

BAND_SHAPES = {Band.POSITIVE: "▲", Band.UNCERTAIN: "◆", Band.NEGATIVE: "○"}
"""A shape for each band, for eyes that do not tell its colour."""

STATUS_NAMES = {
    Status.SCORED: "Scored",
    Status.OUT_OF_SCOPE: "Out of scope",
    Status.UNREADABLE: "Unreadable",
    Status.TOO_LARGE: "Too large",
    Status.TIMED_OUT: "Timed out",
    Status.FAILED: "Failed",
}

POINTS = "Operating points, on the validation films that chose them, plain and stressed (95 % interval)"
"""What stands above the operating points in every report, and on a card in the terminal."""

HEAT_MAP_CAPTION = (
    "A heat map shows which places of a film speak most for the score, each film on a scale of its own: "
    "the warmest place of a film with a low score is not suspicious for being warm."
)


_FILM = re.compile(r"\b([Ff])ilm(s?)\b")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def of_kind(kind: str, text: str) -> str:
    """A text of the program's own, which speaks of films, for a task of `kind`: `film` or `patch`.

    No name may be in it yet. In another language than English it stays as it is.
    """
    if kind != "patch":
        return text
    return _FILM.sub(lambda film: ("P" if film[1] == "F" else "p") + ("atches" if film[2] else "atch"), text)


def visible(text: str) -> str:
    """`text` with control characters, half surrogates and the like, which XML and HTML forbid, as escapes."""
    return _INVISIBLE.sub(lambda found: repr(found[0])[1:-1], text)


def film_name(row: Row) -> str:
    """The film's name, with the frame's number where the file holds several."""
    return f"{row.name} (frame {row.frame})" if row.frame else row.name


def band_label(band: Band) -> str:
    """The band's shape and name."""
    return f"{BAND_SHAPES[band]} {BAND_NAMES[band]}"


def cautions(row: Row) -> str:
    """What a reader should know of a scored film, as one line; "" if nothing."""
    return "; ".join(caution.sentence for caution in row.cautions)


def problem(row: Row) -> str:
    """Why a film has no score, in plain words."""
    return row.reason.sentence if row.reason is not None else STATUS_NAMES[row.status].lower()


def size(facts: Facts | None) -> str:
    """The stored picture's columns and rows, "1024 × 768"; "" where they are not known."""
    return f"{facts.width} × {facts.height}" if facts is not None and facts.width and facts.height else ""


def percent(share: float) -> str:
    """A share of 0..1 as "97.3 %"."""
    return f"{share * 100:.1f} %"


def score(share: float) -> str:
    """A score or a threshold as "44.34 %": with one decimal, films of either side would often look alike."""
    return f"{share * 100:.2f} %"


def interval(measured: Interval) -> str:
    """A measured share with its 95 % interval, "97.3 % (95.1 to 98.6)"."""
    return f"{percent(measured.value)} ({measured.low * 100:.1f} to {measured.high * 100:.1f})"


def band_meanings(points: tuple[OperatingPoint, ...]) -> dict[Band, str]:
    """What each band means for a score, by the model's operating points; empty if it has none."""
    if not points:
        return {}
    low, high = points[0], points[-1]
    between = "between the two: a reader decides"
    return {
        Band.POSITIVE: f"score at or above {score(high.threshold)} ({high.name})",
        Band.UNCERTAIN: between if len(points) > 1 else "none: one operating point cuts the list in two",
        Band.NEGATIVE: f"score below {score(low.threshold)} ({low.name})",
    }


def provenance_lines(provenance: Provenance) -> tuple[tuple[str, str], ...]:
    """Where the scores come from, as (what, value) pairs for a reader."""
    return (
        ("Task", f"{provenance.task_title} ({provenance.task})"),
        ("Score", f"probability of {' or '.join(provenance.positive)}"),
        ("Model", provenance.model),
        ("Model sha256", provenance.model_sha256),
        ("Program", provenance.program),
        ("Engine", provenance.engine),
        ("Scanned", ", ".join(provenance.inputs)),
        ("Names are relative to", provenance.root or "each input"),
        ("Day", days(provenance)),
        *((f"Setting: {name}", value) for name, value in provenance.settings.items()),
        *(("Note", note) for note in provenance.notes),
    )


def days(provenance: Provenance) -> str:
    """The day of the scan, or the first and the last of one that was gone on with later."""
    return f"{provenance.day} to {provenance.until}" if provenance.until else provenance.day


def count_lines(counts: Counts) -> tuple[tuple[str, int], ...]:
    """How many files of each status there are, those without any left out."""
    return tuple(
        (STATUS_NAMES[status], counts.status[status]) for status in Status if status in counts.status
    )


def reading(row: Row) -> str:
    """What a reader made of the row, in words; "" where nobody has read it."""
    said = {
        Verdict.AGREE: "the reader agrees",
        Verdict.DISAGREE: "the reader disagrees",
        Verdict.UNSURE: "the reader is unsure",
    }
    words = [*(["read"] if row.is_read else []), *([said[row.verdict]] if row.verdict else [])]
    return "; ".join(words).capitalize()


def files(frames: bool) -> str:
    """What the rows are, at the head of their count: each frame of a file that holds several has its own."""
    return "Files and frames" if frames else "Files"


def counted_files(total: int, frames: bool) -> str:
    """So many rows: "34 files", and where some of them are frames, "34 files and frames"."""
    return f"{total:,} {files(frames).lower()}" if frames else counted(total, "file")


def counted(count: int, what: str) -> str:
    """So many of something: "1 file", "1,200 files"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
