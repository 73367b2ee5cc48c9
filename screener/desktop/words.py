"""The window's words for what the program's records say, in the reader's language.

The sentences of `records` are repeated here because the translators' tools read literal text; a test holds
the two together.
"""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from screener.records import BANDS, Band, Caution, Reason, Row, Status
from screener.reports.wording import BAND_NAMES, BAND_SHAPES, STATUS_NAMES
from screener.scanning.reading import Line
from screener.scanning.verdicts import Verdict

RECORDS = (
    QT_TRANSLATE_NOOP("Records", "not a JPEG, PNG, TIFF or DICOM image"),
    QT_TRANSLATE_NOOP("Records", "the file is empty"),
    QT_TRANSLATE_NOOP("Records", "no permission to read it"),
    QT_TRANSLATE_NOOP("Records", "it was there when the folder was listed, and is gone"),
    QT_TRANSLATE_NOOP("Records", "the drive or the network failed while it was read"),
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
    QT_TRANSLATE_NOOP(
        "Records",
        "Sorts frontal chest films of children of about one to five years by how likely they show"
        " pneumonia, so that a reader sees the likeliest first, and marks where on the film the "
        "suspicion lies. Every film is still read by a person. For research; not a medical "
        "device, not for diagnosis, and not for deciding that a film need not be read.",
    ),
    QT_TRANSLATE_NOOP(
        "Records",
        "Sorts frontal chest films of children of about one to five years by how likely they show"
        " pneumonia, so that a reader sees the likeliest first, says whether it looks rather "
        "bacterial or viral, as a hint that decides no treatment, and marks where on the film the "
        "suspicion lies. Every film is still read by a person. For research; not a medical "
        "device, not for diagnosis, and not for deciding that a film need not be read.",
    ),
    QT_TRANSLATE_NOOP(
        "Records",
        "Sorts patches of H&E-stained lymph-node sections by how likely their centre holds "
        "metastatic breast cancer, so that a reader sees the likeliest first. For research; not a"
        " medical device, not for diagnosis.",
    ),
    QT_TRANSLATE_NOOP("Records", "For research use. Not a medical device; not for diagnosis."),
)
"""All that is translated here though it stands elsewhere."""


STEPS: tuple[Any, ...] = (
    QT_TRANSLATE_NOOP("Steps", "modality rescale x{0} {1}"),
    QT_TRANSLATE_NOOP("Steps", "modality LUT of {0} entries"),
    QT_TRANSLATE_NOOP("Steps", "VOI LUT of {0} entries"),
    QT_TRANSLATE_NOOP("Steps", "window {0} chosen from the grey levels"),
    QT_TRANSLATE_NOOP("Steps", "window {0} {1}"),
    QT_TRANSLATE_NOOP("Steps", "window of width {0} passed over"),
    QT_TRANSLATE_NOOP("Steps", "inverted"),
)
"""What a film's decoding may say of the pixels, with places for the numbers; see `images.greyscale`."""


def of_records(text: str) -> str:
    """A word or sentence of a record, task or card in the reader's language; as it is, where unknown."""
    return QCoreApplication.translate("Records", text)


def step(said: str) -> str:
    """What was applied to the pixels in the reader's language; as it is, where unknown."""
    for known in STEPS:
        pattern = re.escape(known).replace(r"\{0\}", r"(\S+)").replace(r"\{1\}", r"(\S+)")
        if found := re.fullmatch(pattern, said):
            return QCoreApplication.translate("Steps", known).format(*found.groups())
    return said


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


def point_name(name: str) -> str:
    """What an operating point makes of a list, for who has to choose one; `name` is of `settings.POINTS`."""
    translate = QCoreApplication.translate
    return {
        BANDS: translate("Words", "three bands: negative, uncertain, positive"),
        "sensitive": translate("Words", "sensitive: misses few, with more false alarms"),
        "balanced": translate("Words", "balanced: between the two"),
        "specific": translate("Words", "specific: few false alarms, misses more"),
    }[name]


def precision_name(name: str) -> str:
    """What a precision means, for who has to choose one; `name` is of `PRECISIONS`."""
    translate = QCoreApplication.translate
    return {
        "fp32": translate("Words", "full (fp32)"),
        "int8": translate("Words", "eight bits (int8): faster, scores differ a little"),
        "auto": translate("Words", "automatic: eight bits where the model has proved them"),
    }[name]


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
    """A probability of 0..1 as a percentage with two decimals, as in the reports: 98.41%."""
    return f"{value:.2%}"


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
