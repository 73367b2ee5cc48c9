"""What a look at the data found, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from screener.cli.plain import plain
from screener.training.labelled.findings import Pair, Preflight

_SHOWN = 5


def preflight_table(found: Preflight) -> RenderableType:
    """Counts by class and split, and below them what is out of order."""
    table = Table(title="Data", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    labels = list(next(iter(found.counts.values()), {}))
    for heading in ("", *map(plain, labels), "pictures", "patients"):
        table.add_column(heading, justify="right" if heading else "left")
    for split, counts in found.counts.items():
        numbers = (*counts.values(), sum(counts.values()), found.patients[split])
        table.add_row(split, *("–" if count is None else f"{count:,}" for count in numbers))
    lines = [Text(f"The split is {found.split}; the rarest class is {found.balance:.0%} of the commonest.")]
    return Group(table, *lines, *_findings(found))


def _findings(found: Preflight) -> Iterator[Text]:
    exact = sum(pair.exact for pair in found.pairs)
    for what, which, number, named, bad in (
        ("patient", "learned from and validated on", len(found.shared), found.shared, True),
        (
            "patient",
            "in the test pictures too",
            len(found.shared_with_test),
            found.shared_with_test,
            found.named,
        ),
        ("pair", "on both sides of the split", len(found.crossing), list(map(_pair, found.crossing)), True),
        (
            "pair",
            "with one in the test pictures",
            len(found.pairs_with_test),
            list(map(_pair, found.pairs_with_test)),
            True,
        ),
        ("pair", "with different labels", len(found.conflicts), list(map(_pair, found.conflicts)), True),
        ("exact double", "", exact, (), False),
        ("near double", "", len(found.pairs) - exact, (), False),
        ("file", "that cannot be read", len(found.unreadable), [why for _, why in found.unreadable], True),
        ("near-white picture", "", len(found.near_white), found.near_white, False),
        ("near-black picture", "", len(found.near_black), found.near_black, False),
        ("picture", "left out", found.left_out, (), False),
        ("picture", "whose patient is not known", found.unnamed, (), False),
    ):
        if number:
            said = f"{what}{'' if number == 1 else 's'} {which}".rstrip()
            yield Text(f"{number:8,} {said}", "bold red" if bad else "")
            yield from (Text(f"         {plain(name)}", "dim") for name in named[:_SHOWN])
            if len(named) > _SHOWN:
                yield Text(f"         and {len(named) - _SHOWN:,} more", "dim")


def _pair(pair: Pair) -> str:
    how = "the same as" if pair.exact else "much like"
    return (
        f"{pair.first} ({pair.labels[0]}, {pair.splits[0]}) {how} "
        f"{pair.second} ({pair.labels[1]}, {pair.splits[1]})"
    )
