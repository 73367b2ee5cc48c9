"""What of a DICOM header reaches a row, and what never does."""

import logging
import struct
import warnings
from dataclasses import replace
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.filebase import DicomBytesIO
from pydicom.sequence import Sequence

from builders.dicom import SYNTAXES, dicom
from builders.reading import FILM, FILM_12, SETTINGS, picture, refusal
from screener.images.decode import decode
from screener.records import Reason


def test_facts_are_known_words_only() -> None:
    facts = picture(
        dicom(
            FILM,
            Modality="cr",
            BodyPartExamined="PORT CHEST AP",
            ViewPosition="Pa",
            PatientAge="007Y",
            PatientID="0815",
        )
    ).facts
    assert (facts.modality, facts.body_part, facts.view, facts.age_band) == ("CR", "CHEST", "PA", "child")
    assert (facts.kind, facts.width, facts.height, facts.bits, facts.frames) == ("dicom", 90, 70, 8, 1)
    assert facts.codec == SYNTAXES["explicit"]
    assert facts.patient == ""


def coded(meaning: str) -> Sequence:
    item = Dataset()
    item.CodeMeaning = meaning
    return Sequence([item])


@pytest.mark.parametrize(
    ("elements", "body_part", "view"),
    [
        ({"AnatomicRegionSequence": coded("Chest")}, "CHEST", ""),
        ({"AnatomicRegionSequence": coded("Skull"), "BodyPartExamined": "CHEST"}, "CHEST", ""),
        ({"AnatomicRegionSequence": coded("Nightingale")}, "", ""),
        ({"ViewCodeSequence": coded("left lateral")}, "", "LATERAL"),
        ({"ViewCodeSequence": coded("postero-anterior")}, "", ""),
        ({"ProtocolName": "Thorax lateral"}, "", "LATERAL"),
        ({"PatientOrientation": ["P", "F"]}, "", "LATERAL"),
        ({"PatientOrientation": ["AL", "FP"]}, "", "LATERAL"),
        ({"PatientOrientation": ["L", "F"]}, "", ""),
        ({"PatientOrientation": ["P", "F"], "ViewPosition": "AP"}, "", "AP"),
    ],
)
def test_body_part_and_view_are_found_where_they_may_stand(
    elements: dict[str, Any], body_part: str, view: str
) -> None:
    facts = picture(dicom(FILM, **elements)).facts
    assert (facts.body_part, facts.view) == (body_part, view)


def test_the_patient_id_is_read_only_when_asked_for() -> None:
    data = dicom(FILM, PatientID="0815")
    assert picture(data, replace(SETTINGS, patient_id=True)).facts.patient == "0815"
    assert picture(data).facts.patient == ""


@pytest.mark.parametrize("character_set", ["ISO_IR 192", "ISO_IR 100", None])
def test_the_patient_id_is_read_in_the_files_own_letters(character_set: str | None) -> None:
    patient = "Müller-7" if character_set else "0815-7"
    data = dicom(FILM, SpecificCharacterSet=character_set, PatientID=patient)
    assert picture(data, replace(SETTINGS, patient_id=True)).facts.patient == patient


def test_an_unknown_character_set_costs_no_film() -> None:
    data = dicom(FILM, PatientID="A-2").replace(b"ISO_IR 192", b"NONSENSE  ")
    assert picture(data, replace(SETTINGS, patient_id=True)).facts.patient == "A-2"


@pytest.mark.parametrize("day", ["StudyDate", "AcquisitionDate", "ContentDate"])
def test_a_date_of_birth_tells_only_that_a_patient_is_an_adult(day: str) -> None:
    data = dicom(FILM, PatientBirthDate="19400305", **{day: "20040826"})
    facts = picture(data).facts
    assert facts.age_band == "adult"
    assert not {"1940", "0305", "2004", "0826"} & {repr(facts)[at : at + 4] for at in range(len(repr(facts)))}
    assert picture(dicom(FILM, PatientBirthDate="19400305")).facts.age_band == ""
    said = dicom(FILM, PatientAge="004Y", PatientBirthDate="19400305", **{day: "20040826"})
    assert picture(said).facts.age_band == "child"


TEXT_TAGS = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientComments", "InstitutionName",
    "ReferringPhysicianName", "StudyDescription", "SeriesDescription", "ProtocolName",
    "AcquisitionDeviceProcessingDescription", "Modality", "BodyPartExamined", "ViewPosition",
    "PatientAge", "StudyDate", "PatientSpeciesDescription", "SpecificCharacterSet", "ImageComments",
    "OperatorsName", "PresentationLUTShape", "PhotometricInterpretation", "RescaleType", "VOILUTFunction",
    "ContentLabel", "StudyID",
)  # fmt: skip
CANARY = "CANARY^NIGHTINGALE"


def malformed(data: bytes) -> list[bytes]:
    """Files with the canary where a number belongs, in place of the transfer syntax, and cut short."""
    in_a_number = data.replace(b"1234567890123456", CANARY[:16].encode())
    in_the_syntax = data.replace(b"1.2.840.10008.1.2.1\0", CANARY.encode() + b"^^")
    assert len({data, in_a_number, in_the_syntax}) == 3
    return [in_a_number, in_the_syntax, data[:-900], data[:400]]


@pytest.mark.parametrize("tag", TEXT_TAGS)
def test_no_text_of_the_header_gets_out(
    tag: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    value = CANARY
    elements: dict[str, Any] = {} if tag in ("Modality", "PhotometricInterpretation") else {"Modality": "CR"}
    data = dicom(FILM_12, bits=12, WindowCenter="1234567890123456", **elements, **{tag: value})
    caplog.clear()
    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        told = [repr(list(decode(variant, SETTINGS))) for variant in (data, *malformed(data))]
    out, err = capfd.readouterr()
    everything = "".join([*told, caplog.text, out, err, *(str(warning.message) for warning in warned)])
    assert "NIGHTINGALE" not in everything
    assert "CANARY" not in everything
    assert not warned


def test_pydicoms_logger_is_left_as_it_was() -> None:
    logger = logging.getLogger("pydicom")
    before = logger.level, list(logger.filters), logger.disabled
    refusal(dicom(FILM)[:400])
    assert (logger.level, list(logger.filters), logger.disabled) == before


def test_a_file_cut_within_its_header_is_damaged() -> None:
    """pydicom takes what there is of a value for the value, and a file that ends between two for whole."""
    data = dicom(FILM_12, bits=12, PatientName="DOE^JANE", BodyPartExamined="CHEST")
    pixels, columns = data.find(b"\xe0\x7f\x10\x00OW"), data.find(b"\x28\x00\x11\x00US")
    first = 144 + int.from_bytes(data[140:144], "little")
    heads = heads_of(data[first:])
    told = {at: refusal(data[:at]).reason for at in range(132, pixels + 12)}
    whole = {at for at, reason in told.items() if reason is Reason.NO_PIXELS}
    # Between two elements before it has rows and columns, nobody can know that there was more.
    assert whole == {at for at in range(first + 1, columns + 1) if data[at : at + 6] in heads}
    assert {reason for at, reason in told.items() if at not in whole} == {Reason.CORRUPT}


def heads_of(data: bytes) -> set[bytes]:
    """The first six bytes, tag and VR, of each element of an explicit data set."""
    found = dcmread(DicomBytesIO(data), force=True)
    return {struct.pack("<HH", e.tag.group, e.tag.elem) + e.VR.encode() for e in found if e.tag.group != 2}


def test_a_file_that_is_no_picture_and_is_whole_has_no_picture() -> None:
    data = dicom(FILM, PixelData=None, Rows=None, Columns=None)
    assert refusal(data).reason is Reason.NO_PIXELS
    assert refusal(data + bytes(6)).reason is Reason.NO_PIXELS
    # A spectrum has rows and columns too, and its data behind the place for pixels.
    spectrum = b"\xfc\xff\xfc\xffOB\0\0\4\0\0\0\1\2\3\4"
    assert refusal(dicom(FILM, PixelData=None) + spectrum).reason is Reason.NO_PIXELS
