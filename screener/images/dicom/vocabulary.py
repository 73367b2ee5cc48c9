"""The words of a DICOM header that may reach a row: known ones only.

Modality, body part and view are typed by people and machines, and whatever was typed there may be a name.
So a value is looked up here and only the word found travels on; anything else counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MODALITIES = frozenset((
    "AR", "ASMT", "AU", "BDUS", "BI", "BMD", "CD", "CFM", "CR", "CT", "DG", "DMS", "DOC", "DX", "ECG",
    "EEG", "EMG", "EOG", "EPS", "ES", "FA", "FID", "GM", "HC", "HD", "IO", "IVOCT", "IVUS", "KER", "KO",
    "LEN", "LS", "M3D", "MG", "MR", "NM", "OAM", "OCT", "OP", "OPM", "OPR", "OPT", "OPTBSV", "OPTENF",
    "OPV", "OSS", "OT", "PA", "PLAN", "POS", "PR", "PT", "PX", "REG", "RESP", "RF", "RG", "RTDOSE",
    "RTIMAGE", "RTINTENT", "RTPLAN", "RTRAD", "RTRECORD", "RTSEGANN", "RTSTRUCT", "RWV", "SC", "SEG",
    "SM", "SMR", "SR", "SRF", "STAIN", "TEXTUREMAP", "TG", "US", "VA", "XA", "XAPROTOCOL", "XC",
))  # fmt: skip
"""Defined Terms of Modality (0008,0060), PS3.3 section C.7.3.1.1.1; SC is no term but often met."""

CHEST = "CHEST"
_CHEST_WORDS = ("CHEST", "THORAX", "TORAX", "LUNG", "PULMON", "BRUST", "POITRINE", "TORACE", "RIB", "STERNUM")
"""What a chest film is called, in whole or as a part: "PORT CHEST", "THORAX AP"."""

_BODY_PARTS = frozenset((
    "ABDOMEN", "ADRENAL", "ANKLE", "AORTA", "ARM", "AXILLA", "BACK", "BLADDER", "BRAIN", "BREAST",
    "CALCANEUS", "CALF", "CAROTID", "CEREBELLUM", "CERVIX", "CLAVICLE", "COCCYX", "COLON", "CSPINE",
    "CTSPINE", "ELBOW", "ESOPHAGUS", "EXTREMITY", "EYE", "FACE", "FEMUR", "FINGER", "FOOT", "FOREARM",
    "GALLBLADDER", "HAND", "HEAD", "HEART", "HIP", "HUMERUS", "JAW", "KIDNEY", "KNEE", "LARYNX", "LEG",
    "LIVER", "LSPINE", "LSSPINE", "MANDIBLE", "MAXILLA", "MOUTH", "NECK", "NOSE", "ORBIT", "PANCREAS",
    "PATELLA", "PELVIS", "PENIS", "PROSTATE", "RADIUS", "RECTUM", "SACRUM", "SCAPULA", "SHOULDER",
    "SKULL", "SPINE", "SPLEEN", "SSPINE", "STOMACH", "TEETH", "THIGH", "THUMB", "THYROID", "TIBIA",
    "TLSPINE", "TOE", "TONGUE", "TRACHEA", "TSPINE", "ULNA", "UTERUS", "WHOLEBODY", "WRIST",
))  # fmt: skip
"""Body Part Examined (0018,0015), PS3.16 annex L: the terms in use for films and scans."""

_LATERAL = frozenset(
    ("LL", "RL", "LATERAL", "LAT", "LLAT", "RLAT", "LLATERAL", "RLATERAL", "LEFTLATERAL", "RIGHTLATERAL")
)
_VIEWS = _LATERAL | {"AP", "PA", "LLD", "RLD", "LLO", "RLO", "LPO", "RPO", "LAO", "RAO", "OBLIQUE"}
"""View Position (0018,5101), PS3.3 section C.8.11.7 and the spellings in use; LLD and RLD are decubitus."""

_FRONTAL_WORDS = frozenset(("AP", "PA", "FRONTAL", "DECUBITUS", "DECUB", "OBLIQUE"))
"""With one of these a description that says lateral as well is of several views, or of a side lain on."""

_ANIMALS = frozenset(
    ("ANIMAL", "AVIAN", "BOVINE", "CANINE", "CANIS", "EQUINE", "EQUUS", "FELINE", "FELIS", "VETERINARY")
)  # fmt: skip

_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_OLDEST = 120
"""Years; a date of birth that makes a patient older stands for none, as 1900-01-01 does in some files."""

_AGE = re.compile(r"(\d{1,3})([DWMY]?)")
_ADULT_YEARS = 18


def modality(text: str) -> str:
    """The modality, or "" for a word that is no Defined Term."""
    word = text.strip().upper()
    return word if word in _MODALITIES else ""


def body_part(text: str) -> str:
    """The body part, `CHEST` by whatever name; "" for one that is not known."""
    word = re.sub(r"[^A-Z]", "", text.upper())
    if any(name in word for name in _CHEST_WORDS):
        return CHEST
    return word if word in _BODY_PARTS else ""


def view(text: str) -> str:
    """The view position; "" for one that is not known, `LATERAL` for all that mean it."""
    word = re.sub(r"[^A-Z]", "", text.upper())
    if word in _LATERAL:
        return word if word in ("LL", "RL") else "LATERAL"
    return word if word in _VIEWS else ""


def described_view(descriptions: Iterable[str]) -> str:
    """`LATERAL` where descriptions of a series or a protocol say that and no other view; else ""."""
    words = _words(descriptions)
    return "LATERAL" if words & {"LATERAL", "LAT"} and not words & _FRONTAL_WORDS else ""


def oriented_view(orientation: Sequence[str]) -> str:
    """`LATERAL` where rows run from back to front and columns from head to foot, or the like; else "".

    Args:
        orientation: Patient Orientation (0020,0020): where rows and columns lead to, such as A for
            anterior and F for feet (PS3.3 section C.7.6.1.1.1).
    """
    along = tuple(part[:1].upper() for part in orientation)
    return "LATERAL" if along in {("A", "F"), ("P", "F"), ("A", "H"), ("P", "H")} else ""


def is_animal(descriptions: Iterable[str]) -> bool:
    """Whether a species, or a description of a series or a protocol, names a kind of animal."""
    return bool(_words(descriptions) & _ANIMALS)


def is_lateral(known_view: str) -> bool:
    """Whether a view that `view` gave is a lateral one."""
    return known_view in _LATERAL


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[A-Z]+", text.upper())}


def age_band(text: str) -> str:
    """`child` (under 18 years), `adult`, or "" for an age that is not one (PS3.5 section 6.2, VR AS)."""
    found = _AGE.fullmatch(text.strip().upper())
    if not found:
        return ""
    number, unit = int(found[1]), found[2] or "Y"
    return "adult" if unit == "Y" and number >= _ADULT_YEARS else "child"


def age_band_between(born: str, taken: str) -> str:
    """As `age_band`, of someone born on the one day, on the other (PS3.5 section 6.2, VR DA); "" in doubt."""
    days = [_DATE.fullmatch(text.strip()) for text in (born, taken)]
    if not all(days):
        return ""
    (year, *birthday), (now, *today) = (tuple(map(int, day.groups())) for day in days if day)
    years = now - year - (today < birthday)
    return age_band(f"{years}Y") if 0 <= years <= _OLDEST else ""
