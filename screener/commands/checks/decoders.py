"""Every decoder on a film of its own, inside a decode worker as a scan has them, and the worker's cap."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from screener.commands.checks.findings import DoctorRequest, Finding, Health, named, whole_again
from screener.errors import ScreenerError
from screener.records import Decoded, DecodeSettings, Limits, Reason, Refused, Source

if TYPE_CHECKING:
    from screener.images.samples import Sample

_MIB = 1 << 20
_CAP = Limits(memory=512 * _MIB, pixels=1 << 30)
"""Room for the decoders themselves, and no limit on pixels that would catch the claim before."""

_CLAIM = 20_000
"""Rows and columns, of 16 bits: 763 MiB."""


def check_decoders(request: DoctorRequest) -> Iterator[Finding]:
    """Findings on the decode worker, its memory cap, and the decoder of each codec.

    Each decoder reads its sample (see `screener.images.samples`) and the pixels are compared. It runs in a
    worker: a decoder that takes its process down becomes a fault, and the examination goes on.
    """
    from screener.images.samples import SAMPLES

    began = monotonic()
    try:
        outcomes = _outcomes([sample.path for sample in SAMPLES], Limits())
    except (ScreenerError, OSError) as error:
        remedy = "let the program start itself again: allow it in the security program, and free memory"
        yield Finding("Decode worker", Health.FAULT, str(error), remedy)
        return
    took = monotonic() - began
    yield Finding("Decode worker", Health.OK, f"started, and decoded {len(SAMPLES)} films in {took:.1f} s")
    yield _cap()
    for sample, outcome in zip(SAMPLES, outcomes, strict=True):
        yield judged(sample, outcome)


def judged(sample: Sample, outcome: Decoded | Refused) -> Finding:
    """What the outcome of a sample says of its decoder."""
    from screener.images.samples import error_of

    with_ = named(sample.package) if sample.package else "built in"
    remedy = whole_again(sample.package)
    if isinstance(outcome, Refused):
        detail = f" ({outcome.detail})" if outcome.detail else ""
        text = f"{with_}: the sample was refused: {outcome.reason.sentence}{detail}"
        return Finding(sample.codec, Health.FAULT, text, remedy)
    if off := error_of(sample, outcome.model_input):
        text = f"{with_}: decodes wrongly, by {off + sample.tolerance} grey levels"
        return Finding(sample.codec, Health.FAULT, text, remedy)
    exact = f"within {sample.tolerance} grey levels" if sample.tolerance else "exact"
    return Finding(sample.codec, Health.OK, f"{with_}, {exact}")


def _cap() -> Finding:
    """Whether a film that claims more memory than a worker may take is refused, and the next one read."""
    from screener.images.samples import BOMB, SAMPLES, bomb

    honest = next(sample for sample in SAMPLES if sample.file == BOMB)
    with tempfile.TemporaryDirectory(prefix="screener-doctor-") as folder:
        claims = Path(folder) / "claims.dcm"
        claims.write_bytes(bomb(_CLAIM, _CLAIM))
        refused, after = _outcomes([claims, honest.path], _CAP)
    cap, claim = _CAP.memory // _MIB, 2 * _CLAIM**2 // _MIB
    name = "Memory cap"
    if not isinstance(after, Decoded):
        return Finding(name, Health.FAULT, f"a worker held to {cap} MiB cannot read any film")
    if isinstance(refused, Refused) and refused.reason is Reason.OUT_OF_MEMORY:
        text = f"a film claiming {claim} MiB was stopped, the next one decoded"
        return Finding(name, Health.OK, text)
    health = Health.FAULT if sys.platform == "linux" else Health.NOTE
    return Finding(name, health, "this system does not enforce workers' memory limits; pixel limits apply")


def _outcomes(paths: list[Path], limits: Limits) -> list[Decoded | Refused]:
    """What one worker makes of the first picture of each file, in their order.

    Raises:
        ScreenerError: no worker can be started.
    """
    from screener.images.decode import decode, read_bytes
    from screener.images.samples import SPEC
    from screener.scanning.messages import Decoder, Setup
    from screener.scanning.pool import DecodePool
    from screener.tasks.load import NAMES, load_task

    settings = DecodeSettings(SPEC, load_task(NAMES[0]), limits, thumbnail=0, gate=False)
    sources = [Source(path, path.name, path.name.encode(), path.stem) for path in paths]
    with closing(DecodePool(Setup(settings, Decoder(read_bytes, decode)), workers=1)) as pool:
        found = dict(pool.outcomes(sources))
    return [found[source] for source in sources]
