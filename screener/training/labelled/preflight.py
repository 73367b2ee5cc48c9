"""The data, looked at before the first step: films cached, doubles found, sides drawn, leakage refused."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
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


@dataclass(frozen=True, slots=True)
class _Listed:
    """The labelled pictures as data and split file name them.

    Attributes:
        examples: all but the test pictures.
        by_data: test pictures that the data call so.
        by_split: those that the split file does.
        origin: where the sides come from, in words; "" where they are to be drawn.
        is_final: whether each of `examples` has its side.
    """

    examples: tuple[Example, ...]
    by_data: tuple[Example, ...]
    by_split: tuple[Example, ...]
    origin: str
    is_final: bool

    @property
    def tests(self) -> tuple[Example, ...]:
        """All test pictures."""
        return (*self.by_data, *self.by_split)


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """What a look at the listed pictures came to; see `Prepared`."""

    examples: tuple[Example, ...]
    left_out: tuple[Example, ...]
    places: "NDArray[np.int64]"
    preflight: Preflight


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
    listed = _listed(data, task, split)
    films = cached_films(listed.examples, spec, cache, reader_for(spec, task), report)
    tests = cached_films(listed.tests, spec, cache, reader_for(spec, task), report) if listed.tests else None
    looked = _look(listed, films, tests, task, recipe, options)
    found(looked.preflight)
    _check(looked.preflight, len(listed.examples), options)
    return _sorted_out(looked, listed.by_split, films, task, recipe)


def _listed(data: Path, task: Task, split: Path | None) -> _Listed:
    labelled = find_examples(data, task)
    for example in labelled:
        if not _is_text(example.name):
            raise DataError(f"{example.name!a} is a file name that is not UTF-8; rename the file")
    # Of test pictures only doubles are looked for: nothing is learned from them or chosen by them.
    by_data, examples = _parted(labelled)
    by_split, examples = _parted(read_split(split, examples) if split else examples)
    given = any(example.split == VALIDATION for example in examples)
    origin = f"reused from {split.name}" if split else "given by the data" if given else ""
    return _Listed(examples, by_data, by_split, origin, is_final=split is not None)


def _parted(examples: Sequence[Example]) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """The test pictures, and the others."""
    tests = tuple(example for example in examples if example.split == TEST)
    return tests, tuple(example for example in examples if example.split != TEST)


def _is_text(name: str) -> bool:
    """Whether a file name is text, which split.csv and the card can hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _look(
    listed: _Listed,
    films: Films,
    test_films: Films | None,
    task: Task,
    recipe: TrainRecipe,
    options: DataOptions,
) -> _Looked:
    """The sides of the listed pictures, and what is to be said of them. Pure."""
    examples, tests = listed.examples, listed.tests
    blank = films.near_white | films.near_black
    used = films.readable & ~blank if options.drop_blank else films.readable
    used &= np.array([example.split != LEFT_OUT for example in examples], np.bool_)
    places = np.flatnonzero(used)
    exact, near = _alike(films, places)
    sided = tuple(compress(examples, used))
    if not listed.is_final:
        together = [*near, *((group[0], index) for group in exact for index in group[1:])]
        sided = split_examples(sided, together, recipe.validation, recipe.seed, task.labels)
    labelled = (*sided, *tests)
    counts, patients = count_up(labelled, task)
    shared_with_test = shared_patients(labelled, ((TRAIN, VALIDATION), (TEST,)))
    preflight = Preflight(
        counts=counts,
        patients=patients,
        split=listed.origin or (DRAWN if known_patients(sided) else DRAWN_SINGLY),
        shared=shared_patients(sided, ((TRAIN,), (VALIDATION,))),
        shared_with_test=shared_with_test,
        named=named_by_data(labelled, shared_with_test, task),
        pairs=find_pairs(sided, exact, near, task),
        pairs_with_test=_met_in_test(sided, films, places, tests, test_films, task) if test_films else (),
        unreadable=tuple((examples[index].name, why) for index, why in sorted(films.unreadable.items())),
        near_white=tuple(example.name for example in compress(examples, films.near_white)),
        near_black=tuple(example.name for example in compress(examples, films.near_black)),
        left_out=int((~used).sum()),
        blank_used=int((blank & used).sum()),
        unnamed=sum(not example.owner for example in labelled),
    )
    left_out = tuple(replace(example, split=LEFT_OUT) for example in compress(examples, ~used))
    return _Looked(sided, left_out, places, preflight)


def _alike(films: Films, places: "NDArray[np.int64]") -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Groups of the same pictures, and pairs that look the same, by their index in `places`."""
    telling = np.flatnonzero(films.telling[places])
    rows = places[telling]
    exact = [telling[group].tolist() for group in equal_rows(films.digests[rows])]
    return exact, [(int(telling[i]), int(telling[j])) for i, j in near_pairs(films.hashes[rows])]


def _met_in_test(
    sided: Sequence[Example],
    films: Films,
    places: "NDArray[np.int64]",
    tests: Sequence[Example],
    test_films: Films,
    task: Task,
) -> tuple[Pair, ...]:
    """Pairs of a picture learned from or validated on, and one of the test pictures."""
    ours, theirs = np.flatnonzero(films.telling[places]), np.flatnonzero(test_films.telling)
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
    looked: _Looked, tests: tuple[Example, ...], films: Films, task: Task, recipe: TrainRecipe
) -> Prepared:
    examples, places = looked.examples, looked.places
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
        looked.left_out,
        tests,
        places,
        Labelled(films.pixels, labels, rows[TRAIN]),
        Labelled(films.pixels, labels, rows[VALIDATION]),
        Labelled(stressed, labels[rows[VALIDATION]], np.arange(len(stressed))),
        looked.preflight,
    )
