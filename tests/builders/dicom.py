"""A picture in every kind of DICOM file: `dicom(film(), syntax="jpeg-ls")` gives its bytes."""

import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import DataElement, Dataset, config, dcmwrite
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence as Items

from builders.codestreams import encode
from builders.pictures import jpeg

SYNTAXES = {
    "implicit": "1.2.840.10008.1.2",
    "explicit": "1.2.840.10008.1.2.1",
    "big-endian": "1.2.840.10008.1.2.2",
    "deflated": "1.2.840.10008.1.2.1.99",
    "rle": "1.2.840.10008.1.2.5",
    "jpeg": "1.2.840.10008.1.2.4.50",
    "jpeg-extended": "1.2.840.10008.1.2.4.51",
    "jpeg-lossless": "1.2.840.10008.1.2.4.57",
    "jpeg-lossless-sv1": "1.2.840.10008.1.2.4.70",
    "jpeg-ls": "1.2.840.10008.1.2.4.80",
    "jpeg-ls-near": "1.2.840.10008.1.2.4.81",
    "jpeg2000": "1.2.840.10008.1.2.4.90",
    "jpeg2000-lossy": "1.2.840.10008.1.2.4.91",
    "htj2k": "1.2.840.10008.1.2.4.201",
    "htj2k-lossy": "1.2.840.10008.1.2.4.203",
}
"""Every transfer syntax that `dicom` can write, by a short name."""

NATIVE = ("implicit", "explicit", "big-endian", "deflated")
LOSSLESS = (*NATIVE, "rle", "jpeg-lossless", "jpeg-lossless-sv1", "jpeg-ls", "jpeg2000", "htj2k")
"""Syntaxes that give back what was put in, at up to 16 bits."""

CR = "1.2.840.10008.5.1.4.1.1.1"


def dicom(
    pixels: NDArray[Any],
    syntax: str = "explicit",
    bits: int | None = None,
    photometric: str | None = None,
    frames: bool = False,
    preamble: bool = True,
    file_meta: bool = True,
    offsets: str = "basic",
    **tags: Any,
) -> bytes:
    """A DICOM file.

    Args:
        pixels: stored values, H x W, H x W x 3, or with `frames` one of these for each frame; int8 to
            int32 are stored signed, float32 and float64 as such.
        syntax: a key of `SYNTAXES`.
        bits: Bits Stored; all of the array's type if not given.
        photometric: MONOCHROME2 or RGB if not given.
        frames: whether the first axis counts frames.
        preamble: whether the file begins with one.
        file_meta: whether it has any; without, nothing says which transfer syntax it is in.
        offsets: `basic`, `extended` or `none`: how frames are found in compressed data.
        **tags: more elements by keyword; one given as None is left out.
    """
    stack = pixels if frames else pixels[np.newaxis]
    colour = stack.ndim == 4
    dataset = Dataset()
    _describe(dataset, stack, bits, photometric or ("RGB" if colour else "MONOCHROME2"))
    if frames:
        dataset.NumberOfFrames = len(stack)
    _fill(dataset, stack, syntax, offsets)
    for keyword, value in tags.items():
        _set(dataset, keyword, value)
    return _written(dataset, syntax, preamble, file_meta)


def dicomdir(file_ids: Sequence[Sequence[str]]) -> bytes:
    """A DICOMDIR that lists the files, each given by the parts of its path."""
    records = []
    for parts in file_ids:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.add_new(0x00041500, "LO", "\\".join(parts))  # LO, since pydicom minds what a CS holds
        records.append(record)
    dataset = Dataset()
    dataset.SOPClassUID = "1.2.840.10008.1.3.10"
    dataset.DirectoryRecordSequence = Items(records)
    return _written(dataset, "explicit", preamble=True, file_meta=True)


def lut(first: int, bits: int, entries: Sequence[int]) -> Items:
    """A Modality or VOI LUT Sequence of one item."""
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries) & 0xFFFF, first & 0xFFFF, bits])
    item.add_new(0x00283006, "OW", np.asarray(entries, "<u2").tobytes())
    return Items([item])


def _describe(dataset: Dataset, stack: NDArray[Any], bits: int | None, photometric: str) -> None:
    kind = stack.dtype
    allocated = 1 if kind.kind == "b" else kind.itemsize * 8
    dataset.SOPClassUID = CR
    dataset.SOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    dataset.Modality = "DX"
    dataset.SamplesPerPixel = 3 if stack.ndim == 4 else 1
    dataset.PhotometricInterpretation = photometric
    if stack.ndim == 4:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = stack.shape[1:3]
    dataset.BitsAllocated = allocated
    dataset.BitsStored = bits or allocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(kind.kind == "i")


def _fill(dataset: Dataset, stack: NDArray[Any], syntax: str, offsets: str) -> None:
    order = ">" if syntax == "big-endian" else "<"
    if stack.dtype.kind == "f":
        keyword = "FloatPixelData" if stack.dtype.itemsize == 4 else "DoubleFloatPixelData"
        setattr(dataset, keyword, stack.astype(stack.dtype.newbyteorder(order)).tobytes())
    elif syntax in NATIVE:
        data = _native(stack, order)
        dataset.add_new(
            0x7FE00010, "OB" if dataset.BitsAllocated <= 8 else "OW", data + b"\0" * (len(data) % 2)
        )
    else:
        coded = [_coded(frame, syntax, dataset.BitsStored) for frame in stack]
        if offsets == "extended":
            data, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(
                coded
            )
        else:
            data = encapsulate(coded, has_bot=offsets == "basic")
        dataset.add_new(0x7FE00010, "OB", data)
        dataset["PixelData"].is_undefined_length = True


def _set(dataset: Dataset, keyword: str, value: Any) -> None:
    """Set an element as it is given, be it ever so wrong; None takes it away."""
    if value is None:
        dataset.pop(keyword, None)
    elif keyword == "OverlayBitPosition":  # of the first of several groups, which have one keyword
        dataset.add_new(0x60000102, "US", value)
    elif isinstance(value, str):
        vr, ignore = dictionary_VR(keyword), config.IGNORE
        dataset.add(DataElement(tag_for_keyword(keyword), vr, value, validation_mode=ignore))
    else:
        setattr(dataset, keyword, value)


def _native(stack: NDArray[Any], order: str = "<") -> bytes:
    if stack.dtype.kind == "b":
        return np.packbits(stack.ravel(), bitorder="little").tobytes()
    return stack.astype(stack.dtype.newbyteorder(order)).tobytes()


def _coded(frame: NDArray[Any], syntax: str, bits: int) -> bytes:
    """One frame as a codestream; its values' bit patterns, where they are signed."""
    patterns = np.ascontiguousarray(frame.view(f"u{frame.dtype.itemsize}"))
    return jpeg(patterns) if syntax == "jpeg" else encode(patterns, syntax, bits)


def _written(dataset: Dataset, syntax: str, preamble: bool, file_meta: bool) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some tests want tags that pydicom frowns at
        if file_meta:
            meta = FileMetaDataset()
            meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CR)
            meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
            meta.TransferSyntaxUID = SYNTAXES[syntax]
            dataset.file_meta = meta
            dcmwrite(file, dataset, enforce_file_format=True)
        else:
            dcmwrite(file, dataset, implicit_vr=syntax == "implicit", little_endian=syntax != "big-endian")
    data = file.getvalue()
    return data if preamble or not file_meta else data[132:]
