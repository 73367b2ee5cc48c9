"""What a look at the data found before the first step: counts, leakage, doubles, what cannot be used."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from screener.records import Task
from screener.training.labelled.example import TEST, TRAIN, VALIDATION, Example, patient_of

PREFLIGHT = "preflight.json"
"""What a model folder calls them."""

DRAWN = "drawn by patient"
"""Where a split comes from that neither the data nor the user gave."""

DRAWN_SINGLY = "drawn by picture, for patients are not known"
"""The same, where no picture tells whose it is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures that show the same.

    Attributes:
        first: a picture's name.
        second: the other's.
        exact: whether they are alike pixel by pixel, not only at a glance.
        labels: what each is called.
        splits: where each is.
    """

    first: str
    second: str
    exact: bool
    labels: tuple[str, str]
    splits: tuple[str, str]

    @property
    def crosses(self) -> bool:
        """Whether they are on different sides of the split."""
        return self.splits[0] != self.splits[1]

    @property
    def conflicts(self) -> bool:
        """Whether they are labelled differently."""
        return self.labels[0] != self.labels[1]


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found. Names are paths from the data folder.

    Of test pictures only these are known: how many, whose, and which show what others show.

    Attributes:
        counts: pictures by split and label.
        patients: patients by split, as far as they are known; None where none is.
        split: where the split comes from, in words.
        shared: patients with pictures in both training and validation.
        shared_with_test: patients of either who are in the test pictures too.
        named: whether the data say themselves who those in `shared_with_test` are; a pattern of file names
            may only seem to.
        pairs: pictures of training and validation that show the same.
        pairs_with_test: a picture of either, and one of the test pictures, that show the same.
        unreadable: (name, why) of files that cannot be decoded.
        near_white: pictures with no value of 245 or less.
        near_black: pictures with no value of 10 or more.
        left_out: how many pictures are left out of training and validation: those a split leaves out, too.
        blank_used: how many near-white and near-black ones are not.
        unnamed: pictures in use of which nobody says whose they are; each counts as a patient's of its own.
    """

    counts: Mapping[str, Mapping[str, int]]
    patients: Mapping[str, int | None]
    split: str
    shared: tuple[str, ...]
    shared_with_test: tuple[str, ...]
    named: bool
    pairs: tuple[Pair, ...]
    pairs_with_test: tuple[Pair, ...]
    unreadable: tuple[tuple[str, str], ...]
    near_white: tuple[str, ...]
    near_black: tuple[str, ...]
    left_out: int
    blank_used: int
    unnamed: int = 0

    @property
    def crossing(self) -> tuple[Pair, ...]:
        """Pairs on both sides of the split."""
        return tuple(pair for pair in self.pairs if pair.crosses)

    @property
    def conflicts(self) -> tuple[Pair, ...]:
        """Pairs with different labels."""
        return tuple(pair for pair in self.pairs if pair.conflicts)

    @property
    def balance(self) -> float:
        """The rarest class's share of the commonest's training pictures, 0..1."""
        counts = self.counts.get(TRAIN, {}).values()
        return min(counts) / max(counts) if any(counts) else 0.0

    @property
    def leaks(self) -> tuple[str, ...]:
        """What makes figures on validation or test pictures too good, a sentence each."""
        said = []
        if self.shared:
            said.append(f"{_patients(self.shared)} both learned from and validated on")
        if self.named and self.shared_with_test:
            said.append(f"{_patients(self.shared_with_test)} both in the test pictures and in the others")
        if self.crossing:
            first = self.crossing[0]
            are = "is" if len(self.crossing) == 1 else "are"
            said.append(
                f"{alike(self.crossing)} {are} on both sides of the split ({first.first} and {first.second})"
            )
        return tuple(said)


def alike(pairs: Sequence[Pair]) -> str:
    """How many pairs show the same, and how many of them exactly: what a sentence is about."""
    exact = sum(pair.exact for pair in pairs)
    if len(pairs) == 1:
        return f"1 pair of pictures that show {'exactly ' if exact else ''}the same"
    return f"{len(pairs):,} pairs of pictures that show the same ({exact:,} of them exactly)"


def find_pairs(
    examples: Sequence[Example], exact: Iterable[Sequence[int]], near: Iterable[tuple[int, int]], task: Task
) -> tuple[Pair, ...]:
    """The pairs among `examples`, each once, exact before near where it is both.

    Args:
        examples: with their splits.
        exact: groups of indexes of pictures that are the same; of each group, neighbours make pairs.
        near: pairs of indexes of pictures that look the same.
        task: names the labels.
    """
    found: dict[tuple[int, int], bool] = {}
    # The first of a group stands for it, so that a thousand copies are not half a million pairs.
    first_of = {index: group[0] for group in exact for index in group}
    found |= {(first, index): True for index, first in first_of.items() if first != index}
    for i, j in near:
        if first_of.get(i, i) != first_of.get(j, j):
            found.setdefault((i, j), False)
    return tuple(
        Pair(
            examples[i].name,
            examples[j].name,
            same,
            (task.labels[examples[i].label], task.labels[examples[j].label]),
            (examples[i].split or "", examples[j].split or ""),
        )
        for (i, j), same in sorted(found.items())
    )


def count_up(
    examples: Iterable[Example], task: Task
) -> tuple[dict[str, dict[str, int]], dict[str, int | None]]:
    """Pictures by split and label, and known patients by split; splits without pictures are left out."""
    of: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        of[example.split or ""].append(example)
    there = [split for split in (TRAIN, VALIDATION, TEST) if of[split]]
    counted = {split: Counter(example.label for example in of[split]) for split in there}
    counts = {
        split: {label: counted[split][index] for index, label in enumerate(task.labels)} for split in there
    }
    return counts, {split: known_patients(of[split]) for split in there}


def known_patients(examples: Iterable[Example]) -> int | None:
    """How many patients the pictures tell of; None where not one tells whose it is."""
    return len({example.owner for example in examples} - {""}) or None


def shared_patients(examples: Iterable[Example], sides: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The patients with pictures in two of `sides`, each some splits; sorted."""
    met: dict[str, set[int]] = defaultdict(set)
    for example in examples:
        met[example.patient] |= {i for i, splits in enumerate(sides) if example.split in splits}
    return tuple(sorted(patient for patient, found in met.items() if len(found) > 1))


def named_by_data(examples: Iterable[Example], patients: Iterable[str], task: Task) -> bool:
    """Whether the data themselves, and no pattern of file names, say who some of `patients` are."""
    wanted = set(patients)
    return any(e.patient in wanted and e.patient != patient_of(e.name, task) for e in examples)


def write_preflight(found: Preflight, path: Path) -> None:
    """Write all of it as JSON."""
    values = {**asdict(found), "balance": found.balance, "leaks": list(found.leaks)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _patients(names: Sequence[str]) -> str:
    return f"patient {names[0]} is" if len(names) == 1 else f"{len(names):,} patients ({names[0]} is one) are"
