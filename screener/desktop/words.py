"""The window's words for what the program's records say, in the reader's language.

The sentences of `records` are repeated here because the translators' tools read literal text; a test holds
the two together.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from screener.records import Band, Caution, Reason, Row, Status
from screener.reports.wording import BAND_NAMES, BAND_SHAPES, STATUS_NAMES
from screener.scanning.reading import Line
from screener.scanning.verdicts import Verdict

RECORDS = (
    QT_TRANSLATE_NOOP("Records", "not a JPEG, PNG, TIFF or DICOM image"),
    QT_TRANSLATE_NOOP("Records", "the file is empty"),
    QT_TRANSLATE_NOOP("Records", "no permission to read it"),
    QT_TRANSLATE_NOOP("Records", "it was there when the folder was listed, and is gone"),
    QT_TRANSLATE_NOOP("Records", "damaged or cut short"),
    QT_TRANSLATE_NOOP("Records", "a DICOM file without a picture"),
    QT_TRANSLATE_NOOP("Records", "a kind of picture this program cannot decode"),
    QT_TRANSLATE_NOOP("Records", "the file is larger than the limit"),
    QT_TRANSLATE_NOOP("Records", "it claims more pixels than the limit"),
    QT_TRANSLATE_NOOP("Records", "decoding it needs more memory than a worker may use"),
    QT_TRANSLATE_NOOP("Records", "decoding it took longer than the time limit"),
    QT_TRANSLATE_NOOP("Records", "decoding it ended the worker process, twice"),
    QT_TRANSLATE_NOOP("Records", "the model's output was not a number"),
    QT_TRANSLATE_NOOP("Records", "the program failed on it; the log file has the details"),
    QT_TRANSLATE_NOOP("Records", "another kind of image than the model reads"),
    QT_TRANSLATE_NOOP("Records", "another part of the body"),
    QT_TRANSLATE_NOOP("Records", "a lateral view; the model reads frontal films"),
    QT_TRANSLATE_NOOP("Records", "a colour picture, not a radiograph"),
    QT_TRANSLATE_NOOP("Records", "blank, or nearly"),
    QT_TRANSLATE_NOOP("Records", "noise without a picture in it"),
    QT_TRANSLATE_NOOP("Records", "its grey levels look inverted"),
    QT_TRANSLATE_NOOP("Records", "too small to judge"),
    QT_TRANSLATE_NOOP("Records", "unlike the pictures the model was trained on"),
    QT_TRANSLATE_NOOP("Records", "an adult's film; the model was trained on children's"),
    QT_TRANSLATE_NOOP("Records", "scored though it looks out of scope (--no-gate)"),
    QT_TRANSLATE_NOOP("Records", "the file names no window; one was chosen from its grey levels"),
    QT_TRANSLATE_NOOP("Records", "Positive"),
    QT_TRANSLATE_NOOP("Records", "Uncertain"),
    QT_TRANSLATE_NOOP("Records", "Negative"),
    QT_TRANSLATE_NOOP("Records", "Scored"),
    QT_TRANSLATE_NOOP("Records", "Out of scope"),
    QT_TRANSLATE_NOOP("Records", "Unreadable"),
    QT_TRANSLATE_NOOP("Records", "Too large"),
    QT_TRANSLATE_NOOP("Records", "Timed out"),
    QT_TRANSLATE_NOOP("Records", "Failed"),
    QT_TRANSLATE_NOOP("Records", "Chest film: pneumonia"),
    QT_TRANSLATE_NOOP("Records", "Chest film: bacterial or viral pneumonia"),
    QT_TRANSLATE_NOOP("Records", "Lymph-node patch: tumour in the centre"),
    QT_TRANSLATE_NOOP("Records", "normal"),
    QT_TRANSLATE_NOOP("Records", "pneumonia"),
    QT_TRANSLATE_NOOP("Records", "bacteria"),
    QT_TRANSLATE_NOOP("Records", "virus"),
    QT_TRANSLATE_NOOP("Records", "tumour"),
    QT_TRANSLATE_NOOP("Records", "sensitive"),
    QT_TRANSLATE_NOOP("Records", "balanced"),
    QT_TRANSLATE_NOOP("Records", "specific"),
    QT_TRANSLATE_NOOP("Records", "For research use. Not a medical device; not for diagnosis."),
)
"""All that is translated here though it stands elsewhere."""


def of_records(text: str) -> str:
    """A word or sentence of a record, task or card in the reader's language; as it is, where unknown."""
    return QCoreApplication.translate("Records", text)


def band_name(band: Band) -> str:
    """The band's name."""
    return of_records(BAND_NAMES[band])


def band_label(band: Band) -> str:
    """The band's shape and name."""
    return f"{BAND_SHAPES[band]} {band_name(band)}"


def verdict_name(verdict: Verdict) -> str:
    """What a reader's verdict is called."""
    return {
        Verdict.AGREE: QCoreApplication.translate("Words", "Agree"),
        Verdict.DISAGREE: QCoreApplication.translate("Words", "Disagree"),
        Verdict.UNSURE: QCoreApplication.translate("Words", "Unsure"),
    }[verdict]


def reason(line: Line | Row) -> str:
    """Why a film has no score, in plain words."""
    if line.reason is None:
        return of_records(STATUS_NAMES[Status(line.status)])
    sentence = of_records(Reason(line.reason).sentence)
    return sentence[:1].upper() + sentence[1:]


def caution(one: Caution) -> str:
    """What a reader should know of a scored film."""
    sentence = of_records(one.sentence)
    return sentence[:1].upper() + sentence[1:]


def share(value: float) -> str:
    """A probability of 0..1 as a percentage with one decimal: 98.4%."""
    return f"{value:.1%}"


def duration(seconds: float) -> str:
    """How long something takes, as a person says it."""
    whole = round(seconds)
    if whole < 60:
        return QCoreApplication.translate("Words", "{0} s").format(whole)
    if whole < 3600:
        return QCoreApplication.translate("Words", "{0} min {1} s").format(whole // 60, f"{whole % 60:02d}")
    return QCoreApplication.translate("Words", "{0} h {1} min").format(
        whole // 3600, f"{whole % 3600 // 60:02d}"
    )
