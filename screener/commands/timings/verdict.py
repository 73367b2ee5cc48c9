"""What the figures mean: the limit, which part it is, and what would help. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from screener.commands.timings.records import PARTS, Rates, Step

HELP: Mapping[str, str] = {
    "reading": "Copy the films to a local disk, or scan on the machine that holds them.",
    "decoding": "More cores help in proportion; smaller or less compressed films do too.",
    "the model": "More cores, a GPU (--device cuda), a smaller model or eight bits (--precision auto) help.",
    "writing": "Ask for fewer reports (--format csv), and let --out lie on a local disk.",
}
"""By part, what would make a scan faster where that part is the limit."""

_BRIEF = 10.0
_BUSY = 0.3
_BEYOND = 1.05
_FAR = 0.75
_UNREAD = 0.1


def limit_of(decode: float, model: float, *, shared: bool) -> float:
    """The most films a second that a scan can reach.

    Args:
        decode: films a second that workers on all cores decode.
        model: films a second that the model alone scores.
        shared: whether both use the same cores: then their times add up. On a GPU the slower one counts.
    """
    return 1 / (1 / decode + 1 / model) if shared else min(decode, model)


def shares(steps: Sequence[Step], cores: int) -> dict[str, float]:
    """Each step's share of the time that a film takes, 0 to 1, where all cores work on films.

    Reports are written by one core while the others rest, so they weigh as often as there are cores.
    """
    weights = {step.name: step.mean * (cores if step.name == "report" else 1) for step in steps}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def limit_sentences(steps: Sequence[Step], rates: Rates, cores: int, *, shared: bool) -> tuple[str, ...]:
    """Which part is the limit, what it would bring to halve it, and what would help."""
    if shared:
        work = dict.fromkeys(HELP, 0.0)
        for name, share in shares(steps, cores).items():
            work[PARTS[name]] += share
        part = max(work, key=lambda name: work[name])
        faster = rates.scan / (1 - work[part] / 2)
        gain = f"were it twice as fast, a scan would do about {_shown(faster)} films a second"
        return f"The limit is {part}, {work[part]:.0%} of the time: {gain}.", HELP[part]
    part, other = ("decoding", rates.model) if rates.decode < rates.model else ("the model", rates.decode)
    gain = f"faster, it would leave a limit of {_shown(min(other, 2 * rates.limit))} films a second"
    return f"The limit is {part}, beside the GPU's own work: {gain}.", HELP[part]


def notes(films: int, unread: int, rates: Rates, busy: float) -> tuple[str, ...]:
    """What keeps the figures from being taken at their word, a sentence each.

    Args:
        films: in the scan.
        unread: how many of them could not be decoded.
        rates: see `Rates`.
        busy: programs that were running or waiting for each core before the measurement began.
    """
    found = []
    if busy > _BUSY:
        found.append(
            f"Other programs kept {min(busy, 1):.0%} of the cores busy before this began: "
            "the rates are low, and their ratios uneven."
        )
    seconds = films / rates.scan
    if seconds < _BRIEF:
        found.append(
            f"The scan took {seconds:.1f} s only, and its beginning and end weigh in that: "
            "raise --limit, or name a folder of more films."
        )
    elif rates.share < _FAR and busy <= _BUSY:
        found.append("The scan stays far under its limit: does another program run, or is the disk slow?")
    if rates.share > _BEYOND:
        found.append(
            "The parts were measured slower than the scan ran: measure again when nothing else does."
        )
    if not isfinite(rates.model):
        found.append("No film reached the model: are they of this task? screener scan says why.")
    if unread > _UNREAD * films:
        found.append(f"{unread} of {films} films could not be decoded: screener scan says why.")
    return tuple(found)


def _shown(rate: float) -> str:
    """A rate without digits that mean nothing."""
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"
