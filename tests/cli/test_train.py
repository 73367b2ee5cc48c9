"""`screener train`, as far as it goes without films."""

import subprocess
import sys

from screener.training.recipe_fields import recipe_fields


def test_the_fields_of_a_recipe_can_be_read_without_any_data() -> None:
    command = [sys.executable, "-m", "screener", "train", "--recipe-fields"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for field in recipe_fields():
        assert f"\n{field.name}={field.default}\n" in done.stdout
    assert "cosine, one-cycle, step, warm-restarts" in done.stdout
