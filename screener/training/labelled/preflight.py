"""The data, looked at before the first step: films cached, doubles found, sides drawn, leakage refused."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from screener.errors import DataError
from screener.records import InputSpec, Task
from screener.training.augment.stress import stress
from screener.training.labelled.batches import Labelled
from screener.training.labelled.cache import Films, cached_films, reader_for
from screener.training.labelled.duplicates import equal_rows, near_pairs
from screener.training.labelled.example import TEST, TRAIN, VALIDATION, Example
from screener.training.labelled.findings import (
    DRAWN,
    DRAWN_SINGLY,
    Pair,
    Preflight,
    count_up,
    find_pairs,
    known_patients,
    named_by_data,
    shared_patients,
)
from screener.training.labelled.labels import find_examples
from screener.training.labelled.splits import LEFT_OUT, read_split, split_examples
from screener.training.recipes.recipe import TrainRecipe
from screener.training.request import DataOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WHITE, _BLACK = 245, 10
"""A picture with no value at or below the first is near-white, with none at or above the second near-black:
there is nothing in it to learn from. The limits are those of the PatchCamelyon study of 2019."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Data that can be trained on.

    Attributes:
        examples: those in use, each with its split.
        left_out: those that are not, because of what is in them.
        tests: those that a split file has put among the test pictures.
        places: int64, the row of each example's pixels.
        train: see `Labelled`.
        validation: likewise.
        stressed: the validation pictures, stressed.
        preflight: what was found.
    """

    examples: tuple[Example, ...]
    left_out: tuple[Example, ...]
    tests: tuple[Example, ...]
    places: "NDArray[np.int64]"
    train: Labelled
    validation: Labelled
    stressed: Labelled
    preflight: Preflight

    @property
    def lines(self) -> tuple[Example, ...]:
        """All that a split file must speak of, to be reused."""
        return (*self.examples, *self.left_out, *self.tests)

    @property
    def validation_examples(self) -> list[Example]:
        """In the order of `validation.rows`."""
        return [example for example in self.examples if example.split == VALIDATION]

    def digest(self) -> str:
        """A sha256 (hex) of the pictures' looks, names, labels and sides."""
        found = hashlib.sha256()
        for example in self.examples:
            found.update(f"{example.name}\0{example.label}\0{example.patient}\0{example.split}\n".encode())
        for row in self.places:
            found.update(self.train.pixels[row].tobytes())
        return found.hexdigest()


def prepare_data(
    data: Path,
    task: Task,
    spec: InputSpec,
    recipe: TrainRecipe,
    split: Path | None,
    cache: Path,
    report: Callable[[int, int], None],
    options: DataOptions = DataOptions(),  # noqa: B008  (frozen)
    found: Callable[[Preflight], None] = lambda preflight: None,
) -> Prepared:
    """The labelled pictures of `data`, decoded, with their sides.

    Args:
        data: see `find_examples`.
        task: what is looked for.
        spec: the model's input.
        recipe: says how much is kept aside, and the seed of the draw.
        split: a split.csv to reuse; None to draw.
        cache: the folder of decoded films.
        report: told (done, total) while films are decoded.
        options: see `DataOptions`.
        found: told what was found, before anything of it stops the run.

    Raises:
        DataError: the data cannot be used, or leak from one side of the split to the other.
        OutputError: the cache cannot be written.
    """
    labelled = find_examples(data, task)
    for example in labelled:
        if not _is_text(example.name):
            raise DataError(f"{example.name!a} is a file name that is not UTF-8; rename the file")
    # Of test pictures only doubles are looked for: nothing is learned from them or chosen by them.
    by_data = [example for example in labelled if example.split == TEST]
    examples: Sequence[Example] = [example for example in labelled if example.split != TEST]
    if split:
        examples = read_split(split, examples)
    by_split = [example for example in examples if example.split == TEST]
    examples = [example for example in examples if example.split != TEST]
    tests = [*by_data, *by_split]
    given = bool(split) or any(example.split == VALIDATION for example in examples)
    films = cached_films(examples, spec, cache, reader_for(spec, task), report)
    test_films = cached_films(tests, spec, cache, reader_for(spec, task), report) if tests else None
    white, black = _blank(films)
    blank = {*white, *black}
    unused = set(films.unreadable) | (blank if options.drop_blank else set())
    unused |= {index for index, example in enumerate(examples) if example.split == LEFT_OUT}
    places = np.array([index for index in range(len(examples)) if index not in unused], np.int64)
    exact, near = _alike(films, places)
    kept = [examples[place] for place in places]
    together = [*near, *((group[0], index) for group in exact for index in group[1:])]
    sided = kept if split else split_examples(kept, together, recipe.validation, recipe.seed, task.labels)
    drawn = DRAWN if known_patients(sided) else DRAWN_SINGLY
    counts, patients = count_up([*sided, *tests], task)
    shared_with_test = shared_patients([*sided, *tests], ((TRAIN, VALIDATION), (TEST,)))
    preflight = Preflight(
        counts=counts,
        patients=patients,
        split=f"reused from {split.name}" if split else "given by the data" if given else drawn,
        shared=shared_patients(sided, ((TRAIN,), (VALIDATION,))),
        shared_with_test=shared_with_test,
        named=named_by_data([*sided, *tests], shared_with_test, task),
        pairs=find_pairs(sided, exact, near, task),
        pairs_with_test=_met_in_test(sided, films, places, tests, test_films, task) if test_films else (),
        unreadable=tuple((examples[index].name, why) for index, why in sorted(films.unreadable.items())),
        near_white=tuple(examples[index].name for index in white),
        near_black=tuple(examples[index].name for index in black),
        left_out=len(unused),
        blank_used=len(blank - unused),
        unnamed=sum(not example.owner for example in [*sided, *tests]),
    )
    found(preflight)
    _check(preflight, len(examples), options)
    left_out = tuple(replace(examples[index], split=LEFT_OUT) for index in sorted(unused))
    return _sorted_out(tuple(sided), left_out, tuple(by_split), places, films, preflight, task, recipe)


def _is_text(name: str) -> bool:
    """Whether a file name is text, which split.csv and the card can hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _blank(films: Films) -> tuple[list[int], list[int]]:
    """Indexes of near-white and of near-black pictures."""
    readable = np.ones(len(films.levels), np.bool_)
    readable[list(films.unreadable)] = False
    white, black = films.levels[:, 0] > _WHITE, films.levels[:, 1] < _BLACK
    return np.flatnonzero(readable & white).tolist(), np.flatnonzero(readable & black).tolist()


def _alike(films: Films, places: "NDArray[np.int64]") -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Groups of the same pictures, and pairs that look the same, by their index in `places`."""
    telling = np.flatnonzero(_tells(films)[places])
    rows = places[telling]
    exact = [telling[group].tolist() for group in equal_rows(films.digests[rows])]
    return exact, [(int(telling[i]), int(telling[j])) for i, j in near_pairs(films.hashes[rows])]


def _tells(films: Films) -> "NDArray[np.bool_]":
    """Which pictures show something: blank ones are all alike, and no doubles of each other."""
    white, black = _blank(films)
    tells = np.ones(len(films.levels), np.bool_)
    tells[[*films.unreadable, *white, *black]] = False
    return tells


def _met_in_test(
    sided: Sequence[Example],
    films: Films,
    places: "NDArray[np.int64]",
    tests: Sequence[Example],
    test_films: Films,
    task: Task,
) -> tuple[Pair, ...]:
    """Pairs of a picture learned from or validated on, and one of the test pictures."""
    ours, theirs = np.flatnonzero(_tells(films)[places]), np.flatnonzero(_tells(test_films))
    index = np.concatenate([ours, theirs + len(sided)])
    digests = np.concatenate([films.digests[places[ours]], test_films.digests[theirs]])
    hashes = np.concatenate([films.hashes[places[ours]], test_films.hashes[theirs]])
    exact = (index[group].tolist() for group in equal_rows(digests))
    near = ((int(index[i]), int(index[j])) for i, j in near_pairs(hashes))
    pairs = find_pairs([*sided, *tests], exact, near, task)
    return tuple(pair for pair in pairs if pair.splits[0] != TEST and pair.splits[1] == TEST)


def _check(found: Preflight, total: int, options: DataOptions) -> None:
    """Raises DataError for what was found and is not allowed."""
    if found.unreadable and not options.skip_unreadable:
        _, why = found.unreadable[0]
        raise DataError(
            f"{len(found.unreadable):,} of {total:,} files cannot be read, the first: {why}. "
            "Repair them, or leave them out with --skip-unreadable"
        )
    if found.leaks and not options.allow_leakage:
        raise DataError(
            f"{'; '.join(found.leaks)}: figures would be too good. Give each patient and picture one split, "
            "leave the split to the program, or continue with --allow-leakage"
        )


def _sorted_out(
    examples: tuple[Example, ...],
    left_out: tuple[Example, ...],
    tests: tuple[Example, ...],
    places: "NDArray[np.int64]",
    films: Films,
    preflight: Preflight,
    task: Task,
    recipe: TrainRecipe,
) -> Prepared:
    labels = np.full(len(films.pixels), -1, np.int64)
    labels[places] = [example.label for example in examples]
    rows = {split: places[[example.split == split for example in examples]] for split in (TRAIN, VALIDATION)}
    for split, found in rows.items():
        present = set(labels[found])
        if absent := [name for index, name in enumerate(task.labels) if index not in present]:
            raise DataError(
                f"there is no {split} picture of {' and '.join(absent)}; every class must be on both sides"
            )
    stressed = stress(np.asarray(films.pixels[rows[VALIDATION]]), recipe.seed)
    return Prepared(
        examples,
        left_out,
        tests,
        places,
        Labelled(films.pixels, labels, rows[TRAIN]),
        Labelled(films.pixels, labels, rows[VALIDATION]),
        Labelled(stressed, labels[rows[VALIDATION]], np.arange(len(stressed))),
        preflight,
    )
