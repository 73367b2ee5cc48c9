"""The program `screener`: verbs, and one place where errors become a line and an exit code."""

import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from screener import NOTICE, __version__
from screener.cli import bench, demo, desktop, doctor, evaluate, models, scan, study, train
from screener.cli.frozen import open_streams
from screener.cli.pipe import outlive_readers
from screener.cli.plain import CLOSEST, plain
from screener.errors import ScreenerError, Stopped
from screener.interrupt import interrupt, interrupts

_PURPOSE = "Point it at a folder of chest films or slide patches, and get back a worklist you can trust."

_PATIENCE = 2.0
"""Seconds without another Ctrl-C before the next one counts again."""


class _Verbs(TyperGroup):
    """The verbs. Ctrl-C comes out of them as an error with a line, where Typer would exit without a word."""

    def invoke(self, ctx: Any) -> Any:
        """See Typer."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped("stopped") from None


app = typer.Typer(
    name="screener",
    cls=_Verbs,
    help=f"{_PURPOSE}\n\n{NOTICE}",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"screener {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    pass


app.command("scan")(scan.scan)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("demo")(demo.demo)
app.command("desktop")(desktop.desktop)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.add_typer(models.app, name="models")
app.add_typer(study.app, name="study")


class _CtrlC:
    """Raises KeyboardInterrupt, as Python does, and remembers it: some libraries make other errors of it.

    Pressed again while what was done is being kept, it is passed over: the program is ending already.
    """

    came = float("-inf")

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        before, self.came = self.came, monotonic()
        if self.came - before > _PATIENCE:
            raise KeyboardInterrupt

    def not_lost(self, tell: Callable[[Any], object]) -> Callable[[Any], None]:
        """What is told (by `tell`, `sys.unraisablehook`) of errors that go nowhere: a Ctrl-C comes once more.

        Python drops what is raised in a callback of its own, as in the one that ends the lock of an import.
        """

        def hook(lost: Any) -> None:
            if not issubclass(lost.exc_type, KeyboardInterrupt):
                tell(lost)
                return
            self.came -= 2 * _PATIENCE
            threading.Timer(0.02, interrupt).start()

        return hook


def _stdout_fails() -> bool:
    """Whether nothing can be printed: a full disk, most often. What could not be is forgotten by then."""
    try:
        typer.echo()
    except OSError:
        return True
    return False


def _tell(line: str) -> None:
    with suppress(OSError):  # where it cannot be said, the exit code still says it
        typer.echo(f"screener: {line}", err=True)


def main(arguments: list[str] | None = None, tell: Callable[[str], None] = _tell) -> None:
    """Run the program and exit: 0 done, 1 nothing could be done, 2 wrong usage, 3 some unscored, 130 stopped.

    Args:
        arguments: of the command line; those of the process by default.
        tell: shows the user the line that says what stopped the program.
    """
    from multiprocessing import freeze_support

    freeze_support()
    open_streams()
    ctrl_c = _CtrlC()
    for number in interrupts():
        signal.signal(number, ctrl_c)
    told_before, sys.unraisablehook = sys.unraisablehook, ctrl_c.not_lost(sys.unraisablehook)
    # Told to end by a container or a job scheduler: as by Ctrl-C, so what was done is kept.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=CLOSEST)
    outlive_readers()
    try:
        app(arguments, prog_name="screener")
    except ScreenerError as error:
        tell(plain(str(error)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _tell("stopped")
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  the last door: no traceback reaches a terminal
        if ctrl_c.came > 0:
            _tell("stopped")
            sys.exit(130)
        from screener.cli.crash import note_crash, refused_place

        if refused := refused_place(error):
            tell(plain(refused))
            sys.exit(1)
        if isinstance(error, OSError) and _stdout_fails():
            sys.stdout = None  # or Python would try once more at its end
            tell(f"standard output cannot be written ({error.strerror}); a scan's own files are complete")
            sys.exit(1)
        tell(note_crash(error))
        sys.exit(1)
    finally:
        sys.unraisablehook = told_before
        if ctrl_c.came > 0:  # one more must not cut Python's own end short
            for number in (*interrupts(), signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
