import subprocess
import sys

HEAVY = ("numpy", "torch", "PIL", "openvino", "onnx", "matplotlib", "safetensors")


def test_the_command_is_light_until_it_runs() -> None:
    code = f"import sys, screener.commands.train; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
