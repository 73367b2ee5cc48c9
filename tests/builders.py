"""Makers of films for the tests: a chest-like picture, and it in every kind of file.

    dicom(film(), syntax="jpeg-ls")        a DICOM file's bytes
    png(film()), jpeg(film()), tiff(film())
    zipped({"a/film.dcm": ...})

Nothing here is real: no test of the ordinary run needs a patient's film.
"""

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from builders_codecs import encode
from numpy.typing import NDArray
from PIL import Image
from pydicom import DataElement, Dataset, config, dcmwrite
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence as Items

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


def film(height: int = 320, width: int = 280, bits: int = 8, seed: int = 0) -> NDArray[Any]:
    """A picture with the broad light and dark of a frontal chest film, H x W, uint8 or uint16 of `bits`.

    Dark corners, bright shoulders, spine and belly, two dark lungs crossed by ribs, and a little grain:
    enough for every check of grey levels; nothing that a model has ever learnt.
    """
    y, x = np.mgrid[0:height, 0:width]
    y, x = y / height, x / width
    body = 1 / (1 + np.exp(-(0.52 - np.abs(x - 0.5) - 0.25 * np.exp(-8 * y)) * 18))
    light = 0.72 * body
    for centre in (0.29, 0.71):
        lung = np.exp(-(((x - centre) / 0.15) ** 4) - ((y - 0.45) / 0.32) ** 4)
        light -= lung * (0.42 + 0.06 * np.sin(y * 60 + 9 * (x - centre)))
    light += 0.18 * np.exp(-(((x - 0.5) / 0.07) ** 2)) + 0.12 * np.exp(-(((y - 0.95) / 0.15) ** 2)) * body
    light += np.random.default_rng(seed).normal(0, 0.012, light.shape)
    top = (1 << bits) - 1
    return np.round(np.clip(light, 0, 1) * top).astype(np.uint8 if bits <= 8 else np.uint16)


def patch(side: int = 96, seed: int = 0) -> NDArray[np.uint8]:
    """A picture with the pinks and violets of an H&E patch, side x side x 3, RGB."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side]
    picture = np.empty((side, side, 3))
    picture[:] = (226, 170, 205)
    for _ in range(side // 3):
        cy, cx, r = random.uniform(0, side), random.uniform(0, side), random.uniform(2, 5)
        picture[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = (96, 60, 140)
    picture += random.normal(0, 6, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def png(pixels: NDArray[Any], **options: Any) -> bytes:
    """A PNG: L, RGB, or 16-bit grey, by the array's type and shape."""
    return _saved(pixels, "PNG", **options)


def jpeg(pixels: NDArray[Any], quality: int = 95, **options: Any) -> bytes:
    """A baseline JPEG."""
    return _saved(pixels, "JPEG", quality=quality, **options)


def tiff(pixels: NDArray[Any] | Sequence[NDArray[Any]], **options: Any) -> bytes:
    """A TIFF; of several pages, given several arrays."""
    if isinstance(pixels, np.ndarray):
        return _saved(pixels, "TIFF", **options)
    first, *others = [Image.fromarray(page) for page in pixels]
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, **options)
    return file.getvalue()


def bmp(pixels: NDArray[Any]) -> bytes:
    """A Windows bitmap."""
    return _saved(pixels, "BMP")


def webp(pixels: NDArray[Any]) -> bytes:
    """A lossless WebP."""
    return _saved(pixels, "WEBP", lossless=True)


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the named members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


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


def _saved(pixels: NDArray[Any], kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


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
