"""Where training data come from, in words for a model's card: one TOML a data set and question."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from screener.errors import UnknownName, UsageError

NAMES = ("kermany-2018", "kermany-2018-types", "pcam")
"""The data sets that are known by name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a card says of its training data.

    Attributes:
        title: the data set's name.
        population: who and what is in it, how it was labelled.
        citation: how to cite it.
        licence: its name.
        changes: what was done to the data.
        intended_use: of a model trained on it, for a clinician.
        limitations: of such a model, one sentence or two each.
    """

    title: str
    population: str = ""
    citation: str = ""
    licence: str = ""
    changes: str = ""
    intended_use: str = ""
    limitations: tuple[str, ...] = ()


UNSTATED = Origin(
    title="not stated",
    intended_use="For research. Not a medical device; not for diagnosis. Every picture is still read by a "
    "person.",
    limitations=(
        "Where the training data come from was not stated; the model may fail on any others.",
        "Validation pictures come from the same source as the training pictures, so the figures here are "
        "kinder than those on new pictures will be.",
    ),
)
"""The origin of data of which the user says nothing."""


def load_origin(name: str) -> Origin:
    """The origin called `name` (of `NAMES`), in the TOML at the path `name`, or `UNSTATED` for "".

    Raises:
        UnknownName: no such name, and no such file.
        UsageError: the TOML cannot be read or has fields of other names.
    """
    if not name:
        return UNSTATED
    try:
        if name in NAMES:
            text = files("screener.training.origins").joinpath(f"{name}.toml").read_text("utf-8")
        elif Path(name).is_file():
            text = Path(name).read_text("utf-8")
        else:
            raise UnknownName("origin", name, NAMES)
        values = tomllib.loads(text)
        limits = values.get("limitations", [])
        if not isinstance(limits, list) or not all(isinstance(one, str) for one in limits):
            raise UsageError(f"--origin {name}: limitations must be a list of texts")
        return Origin(**{**values, "limitations": tuple(limits)})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise UsageError(f"--origin {name} cannot be read: {error}") from error
