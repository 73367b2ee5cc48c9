"""The output folder, taken for one scan and given back."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from screener.errors import OutputError, OutputTaken
from screener.images.finding.leftovers import is_report, is_unfinished
from screener.lock import FolderLock
from screener.records import Provenance
from screener.reports.excel.edited import edited
from screener.scanning.identity import check_same
from screener.scanning.store import STORE, ScanStore, empty_store, peek, remove_store, store_files


@contextlib.contextmanager
def open_output(
    folder: Path,
    identity: Mapping[str, str],
    provenance: Provenance,
    places: tuple[str, ...] = (),
    *,
    rescan: bool,
) -> Iterator[ScanStore]:
    """The store of `folder`, which is made where it is missing, and is ours alone for as long.

    Args:
        folder: the output folder.
        identity: see `ScanStore`.
        provenance: see `ScanStore`.
        places: see `ScanStore`.
        rescan: whether what is there already is thrown away, all but the readers' verdicts; they too, and
            every report, where names shall be hashed that were not before.

    Raises:
        OutputBusy: another scan has it.
        OutputTaken: it holds a scan with another identity, or names are to go and a workbook there was
            edited; nothing in it is touched.
        OutputError: it cannot be made or written.
    """
    found = peek(folder)
    if found is not None and not rescan:
        check_same(found[0], identity, folder)  # before a byte there is touched
    # Unlike pathlib's, os.path's raise nothing where a folder is not to be looked into, or a name too long.
    made = [path for path in (folder, *folder.parents) if not os.path.exists(path)]  # noqa: PTH110
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FolderLock(folder, "scan")
            stack.callback(lock.release)
            _refuse_links(folder)
            if rescan and _forgets_names(found[0] if found else {}, identity) and (folder / STORE).exists():
                _refuse_edited(folder)
                _remove_reports(folder)
                remove_store(folder)  # the readings, too: they are kept under the films' paths
            elif rescan:
                empty_store(folder)
            store = stack.enter_context(ScanStore(folder / STORE, identity, provenance, places))
        except OSError as error:
            stack.close()
            _unmake(made)
            why = "it is no folder" if isinstance(error, FileExistsError) else error.strerror or error
            raise OutputError(
                f"{folder} cannot be written: {why}; choose another place with --out"
            ) from error
        except BaseException:
            stack.close()
            _unmake(made)
            raise
        yield store


def not_written_anew(folder: Path, written: Sequence[Path]) -> tuple[str, ...]:
    """A note on the reports of earlier scans in `folder` that this one has not `written`, if any."""
    new = {_without_number(path) for path in written}
    old = sorted(path.name for path in _reports(folder) if _without_number(path) not in new)
    if not old:
        return ()
    are = "is of an earlier scan and was" if len(old) == 1 else "are of an earlier scan and were"
    return (f"{', '.join(old)} {are} not written anew; --format names the reports to write",)


def _without_number(report: Path) -> str:
    """What a report is called, whether it is the first of its name or a sibling, `report-2.xlsx`."""
    return report.stem.partition("-")[0] + report.suffix


def _reports(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if is_report(os.fsencode(path.name))]


def _refuse_edited(folder: Path) -> None:
    """Raises OutputTaken where a workbook would be lost that somebody has worked in."""
    for path in _reports(folder):
        if edited(path):
            raise OutputTaken(
                f"{path} holds names and a reader's entries; move it elsewhere, or choose another --out"
            )


def _remove_reports(folder: Path) -> None:
    """Remove the reports, and what a killed program had written of one."""
    for path in folder.iterdir():
        name = os.fsencode(path.name)
        if is_report(name) or is_unfinished(name):
            path.unlink()


def _refuse_links(folder: Path) -> None:
    """Raises OutputError where the store would be written through a link, to wherever that leads."""
    for path in store_files(folder):
        if path.is_symlink():
            raise OutputError(f"{path} is a link; remove it, or choose another place with --out")


def _forgets_names(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether names that the scan before kept are hashed now."""
    return now.get("names") == "hashed" and before.get("names") != "hashed"


def _unmake(folders: list[Path]) -> None:
    """Remove the folders that were made in vain, innermost first."""
    for folder in folders:
        with contextlib.suppress(OSError):  # not made after all, or no longer empty
            folder.rmdir()
