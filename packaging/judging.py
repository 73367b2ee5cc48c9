"""Which licences may ship: pure rules. Nothing under the GPL, unless it excepts programs like this one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GNU = re.compile(r"\b[AL]?GPL|GNU .*General Public", re.IGNORECASE)
STRICT = re.compile(r"(?<!L)GPL|GNU (Affero )?General Public", re.IGNORECASE)


class Unfit(Exception):
    """This must not ship; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A licence that was looked at and found fit.

    Attributes:
        licence: what the part is taken under.
        why: why that may ship; "" where the licence itself says so.
        declared: what a package's metadata must contain for this to hold.
    """

    licence: str
    why: str = ""
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """Shared libraries that bear one licence: `files` is a pattern of their names."""

    name: str
    files: str
    taken: Taken


def package_licence(name: str, declared: str, taken: Mapping[str, Taken]) -> Taken:
    """What a package ships under.

    Args:
        name: as the package index normalises it.
        declared: its metadata's licence, an expression or free text.
        taken: by name, what was decided of those that name a GNU licence.

    Raises:
        Unfit: it declares none, or a GNU licence that nobody decided on.
    """
    if not declared:
        raise Unfit(f"{name} does not say its licence")
    if not GNU.search(declared):
        return Taken(declared)
    decision = taken.get(name)
    if decision is None:
        raise Unfit(f"{name} is under {declared}: decide in licences.toml whether it may ship")
    if decision.declared not in declared:
        raise Unfit(f"{name} says '{declared}' now, not '{decision.declared}': look at licences.toml anew")
    return fit(name, decision)


def library_licence(file: str, libraries: Sequence[Library]) -> Library:
    """Whose licence a shared library bears, by the name of its file.

    Raises:
        Unfit: nobody knows it.
    """
    for library in libraries:
        if re.match(rf"(lib)?({library.files})(?![A-Za-z_+])", file, re.IGNORECASE):
            fit(library.name, library.taken)
            return library
    raise Unfit(f"{file}: no licence of this library is known; put it into licences.toml")


def fit(name: str, taken: Taken) -> Taken:
    """`taken`, where it may ship.

    Raises:
        Unfit: it is GPL without an exception, or a GNU licence without a reason.
    """
    for term in re.split(r"\s+AND\s+", taken.licence):
        if STRICT.search(term) and " WITH " not in term:
            raise Unfit(f"{name} is under {taken.licence}, which must not ship")
    if GNU.search(taken.licence) and not taken.why:
        raise Unfit(f"{name} is under {taken.licence}, and nobody said why that may ship")
    return taken
