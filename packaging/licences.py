"""The licence list of all that is in the program: what it is, under which terms, and the terms."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from sysconfig import get_paths

from judging import Library, Taken, Unfit, library_licence, package_licence

HERE = Path(__file__).parent
ROOT = HERE.parent
ALWAYS = ("pyinstaller",)
"""What is inside though no listing names it: the bootloader."""

OURS = "screener"
TEXTS = re.compile(r"(^|[/\\])(LICEN[CS]E|COPYING|NOTICE|AUTHORS|[\w-]*third-party)[^/\\]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the program.

    Attributes:
        name: what it is called.
        version: "" where its files do not say.
        taken: its licence.
        texts: the licence texts that it carries.
    """

    name: str
    version: str
    taken: Taken
    texts: tuple[str, ...] = ()


def licence_list(listing: Path) -> str:
    """The list as text.

    Args:
        listing: what packaging/screener.spec wrote: all that went in.

    Raises:
        Unfit: something that must not ship is inside.
    """
    found = json.loads(listing.read_text("utf-8"))
    entries = [tuple(entry) for kind in ("pure", "binaries", "datas") for entry in found[kind]]
    rules = tomllib.loads((HERE / "licences.toml").read_text("utf-8"))
    taken = {name: Taken(**fields) for name, fields in rules["taken"].items()}
    libraries = [
        Library(rule["name"], rule["files"], Taken(rule["licence"], rule.get("why", "")))
        for rule in rules["library"]
    ]
    binaries = [(place, file) for place, file, kind in entries if kind == "BINARY"]
    parts = [*packages(entries, taken), *shared(binaries, libraries), python(), ours()]
    return written(sorted(parts, key=lambda part: part.name.lower()))


def packages(entries: Iterable[tuple[str, str, str]], taken: dict[str, Taken]) -> Iterator[Part]:
    """The Python packages that a file inside comes from."""
    files = {os.path.normcase(file) for _, file, kind in entries if file and kind != "SYMLINK"}
    missing = {"numpy", "openvino", "pyside6-essentials"}
    for distribution in distributions():
        name = normal(distribution.metadata["Name"])
        if name == OURS or (name not in ALWAYS and not _is_inside(distribution, files)):
            continue
        licence = package_licence(name, declared(distribution), taken)
        missing.discard(name)
        yield Part(distribution.metadata["Name"], distribution.version, licence, texts(distribution))
    if missing:  # they are inside for certain: then others were not found either
        raise Unfit(f"the packages that the files come from are not found: {', '.join(sorted(missing))}")


def shared(binaries: Iterable[tuple[str, str]], libraries: list[Library]) -> Iterator[Part]:
    """The shared libraries, those of one maker as one part."""
    names: dict[str, set[str]] = {}
    made: dict[str, Taken] = {}
    words: dict[str, set[str]] = {}
    for place, file in binaries:
        library = library_licence(Path(place).name, libraries)
        names.setdefault(library.name, set()).add(Path(place).name)
        made[library.name] = library.taken
        if text := system_text(file):
            words.setdefault(library.name, set()).add(text)
    for name, files in names.items():
        yield Part(f"{name} ({', '.join(sorted(files))})", "", made[name], tuple(sorted(words.get(name, ()))))


def python() -> Part:
    """The interpreter and its library."""
    text = next((p for p in Path(get_paths()["stdlib"]).glob("LICENSE*")), None)
    text = text or next((p for p in Path(sys.base_prefix).glob("LICENSE*")), None)
    licence = text.read_text("utf-8", "replace") if text else ""
    return Part("Python", sys.version.split()[0], Taken("PSF-2.0"), (licence,) if licence else ())


def ours() -> Part:
    """The program itself, with its models and what they were trained on."""
    from screener import __version__

    models = []
    for path in sorted(ROOT.glob("weights/*/card.json")):
        card = json.loads(path.read_text("utf-8"))
        data = card["training"]["data"]
        models.append(f"{card['name']}, trained on: {data['title']} ({data['licence']}). {data['citation']}")
    why = "\n    ".join(("With the models", *models))
    return Part("screener", __version__, Taken("Apache-2.0", why), ((ROOT / "LICENSE").read_text("utf-8"),))


def declared(distribution: Distribution) -> str:
    """What a package says of its licence, in one line: an expression, its field, or its classifiers."""
    metadata = distribution.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    field = (metadata.get("License") or "").strip()
    if field and "\n" not in field:
        return field
    classifiers = metadata.get_all("Classifier") or []
    return " AND ".join(c.split(" :: ")[-1] for c in classifiers if c.startswith("License ::"))


def texts(distribution: Distribution) -> tuple[str, ...]:
    """The licence texts that a package carries, by the names of its files."""
    found = [file for file in distribution.files or () if TEXTS.search(str(file))]
    paths = sorted({Path(str(distribution.locate_file(file))) for file in found})
    return tuple(
        path.read_text("utf-8", "replace") for path in paths if path.suffix != ".py" and path.is_file()
    )


def system_text(file: str) -> str:
    """What Debian and its like say of the package that a library of theirs comes from; "" elsewhere."""
    if shutil.which("dpkg") is None or not file.startswith(("/lib", "/usr/lib")):
        return ""
    for path in (file, f"/usr{file}", str(Path(file).resolve())):
        asked = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True)
        if asked.returncode == 0:
            package = asked.stdout.split(":")[0]
            text = Path("/usr/share/doc") / package / "copyright"
            return text.read_text("utf-8", "replace") if text.is_file() else ""
    return ""


def written(parts: list[Part]) -> str:
    """The list: a line or two a part, and the texts after it."""
    lines = ["What this program is made of, and under which licences.", ""]
    for part in parts:
        lines.append(f"{' '.join(filter(None, (part.name, part.version)))}: {part.taken.licence}")
        if part.taken.why:
            lines.append(f"    {part.taken.why}")
    for part in parts:
        for text in part.texts:
            lines += ["", "=" * 78, f"{part.name} {part.version}".strip(), "=" * 78, "", text.rstrip()]
    for path in sorted((HERE / "licences").glob("*.txt")):
        lines += ["", "=" * 78, path.stem, "=" * 78, "", path.read_text("utf-8").rstrip()]
    return "\n".join(lines) + "\n"


def normal(name: str) -> str:
    """A package's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_inside(distribution: Distribution, files: set[str]) -> bool:
    paths = (str(Path(str(distribution.locate_file(file)))) for file in distribution.files or ())
    return any(os.path.normcase(path) in files for path in paths)


if __name__ == "__main__":
    try:
        print(licence_list(Path(sys.argv[1])))
    except Unfit as fault:
        sys.exit(str(fault))
