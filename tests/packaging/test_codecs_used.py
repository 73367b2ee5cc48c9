"""Which codecs go into the program without Python."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def codec_modules(package: Path) -> set[str]:
    """As a build finds them: in a process that has loaded none yet."""
    code = (
        "import sys; from pathlib import Path; from codecs_used import codec_modules;"
        "print(*codec_modules(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(package)]
    done = subprocess.run(command, cwd=ROOT / "packaging", capture_output=True, text=True, check=True)
    return {name.removeprefix("imagecodecs.") for name in done.stdout.split()}


def test_every_codec_that_the_program_calls_goes_in() -> None:
    assert codec_modules(ROOT / "screener") >= {"_deflate", "_imcd", "_jpeg8", "_png", "_shared"}


def test_codecs_that_it_does_not_call_stay_out(tmp_path: Path) -> None:
    (tmp_path / "rle.py").write_text("pixels = imagecodecs.packbits_decode(segment)\n")
    found = codec_modules(tmp_path)
    assert "_imcd" in found
    assert not found & {"_deflate", "_png", "_jpeg8"}
