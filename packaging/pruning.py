"""What of the libraries is needed: pure rules that packaging/screener.spec applies to what PyInstaller found.

An entry is PyInstaller's: (its place in the program's folder, its file, its kind).
"""

import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import PurePath

Entry = tuple[str, str, str]

# What is loaded by name while the program runs; libraries that only other plug-ins need go with those.
PLUGINS = (
    r"platforms/(lib)?q(xcb|wayland|offscreen|minimal|windows|cocoa)\.",
    r"wayland-(shell-integration/(lib)?(xdg|qt)-shell|decoration-client/(lib)?(adwaita|bradient))",
    r"wayland-graphics-integration-client/(lib)?qt-plugin-wayland-egl",
    r"xcbglintegrations/",
    r"platforminputcontexts/(lib)?(compose|ibus)platforminputcontextplugin",  # Chinese is typed by these
    r"platformthemes/(lib)?qxdgdesktopportal",
    r"styles/",
)
OPENVINO = r"openvino_(intel_cpu|arm_cpu)_plugin|openvino_(onnx|ir)_frontend|tbbbind"
TRANSLATIONS = r"qtbase_zh_CN\.qm$"

# Found by PyInstaller, needed by nothing here. readline and gdbm are GPL.
UNNEEDED = r"PIL/_(avif|imagingtk)\.|(^|/)(readline|_curses\w*|_g?dbm|_tkinter|nis|_ssl)\."


def posix(place: str) -> str:
    return PurePath(place).as_posix().replace("\\", "/")


def is_wanted(place: str) -> bool:
    """Whether a file may go into the program, by its place there."""
    place = posix(place)
    if "/plugins/" in place:
        return any(re.search(f"/plugins/{plugin}", place) for plugin in PLUGINS)
    if place.startswith("PySide6/") and place.endswith(".qm"):
        return re.search(TRANSLATIONS, place) is not None
    return re.search(UNNEEDED, place) is None


def is_root(entry: Entry) -> bool:
    """Whether a shared library is there for its own sake, not since another needs it."""
    place, _, kind = entry
    place = posix(place)
    return kind == "EXTENSION" or "/plugins/" in place or re.search(OPENVINO, place) is not None


def needed(entries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """The binaries that are wanted or that a wanted one needs, in their order; links to what is left out go.

    Args:
        entries: of kind EXTENSION, BINARY or SYMLINK.
        needs: the names of the libraries that a file asks for, without folders.
    """
    wanted = [entry for entry in entries if is_wanted(entry[0])]
    files: dict[str, list[Entry]] = {}
    for entry in wanted:
        if entry[2] != "SYMLINK":
            files.setdefault(name_of(entry[0]), []).append(entry)
    reached = {entry[0] for entry in wanted if entry[2] != "SYMLINK" and is_root(entry)}
    waiting = [entry for entry in wanted if entry[0] in reached]
    waiting += [entry for entry in wanted if name_of(entry[0]).startswith(("libpython", "python"))]
    reached |= {entry[0] for entry in waiting}
    while waiting:
        for name in needs(waiting.pop()[1]):
            for entry in files.get(name_of(name), ()):
                if entry[0] not in reached:
                    reached.add(entry[0])
                    waiting.append(entry)
    names = {name_of(place) for place in reached}
    return [
        entry
        for entry in wanted
        if entry[0] in reached or (entry[2] == "SYMLINK" and name_of(entry[1]) in names)
    ]


def needed_data(entries: Iterable[Entry], binaries: Iterable[Entry]) -> list[Entry]:
    """The data that are wanted: of macOS frameworks and links only what goes with a binary that stays.

    Args:
        entries: of kind DATA or SYMLINK.
        binaries: those that stay.
    """
    places = {posix(place) for place, _, _ in binaries}
    frameworks = {framework_of(place) for place in places}
    kept = []
    for entry in entries:
        place = posix(entry[0])
        if framework := framework_of(place):
            stays = framework in frameworks
        elif entry[2] == "SYMLINK":
            stays = posixpath.normpath(posixpath.join(posixpath.dirname(place), posix(entry[1]))) in places
        else:
            stays = is_wanted(place)
        if stays:
            kept.append(entry)
    return kept


def framework_of(place: str) -> str:
    """The macOS framework that a file lies in; "" for none."""
    found = re.match(r".*?\.framework(?=/)", place)
    return found[0] if found else ""


def name_of(path: str) -> str:
    """The last part of a path, as Windows compares names."""
    return posix(path).rsplit("/", 1)[-1].lower()
