"""OpenVINO without its telemetry."""

from __future__ import annotations

import sys
from types import ModuleType

_TELEMETRY = "openvino_telemetry"
_CONVERTER = "openvino.tools.ovc"


def import_openvino() -> ModuleType:
    """The module `openvino`, imported so that nothing is sent or written anywhere.

    `import openvino` imports its model converter, which writes a client id under ~/intel and reports the
    import over the network. A name that `sys.modules` maps to None cannot be imported, and OpenVINO goes
    on without: the converter stays out for this one import (which also halves its time), the telemetry
    for the life of the process.
    """
    if _TELEMETRY not in sys.modules:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    keep_out = _CONVERTER not in sys.modules
    if keep_out:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]
    try:
        import openvino
    finally:
        if keep_out:
            del sys.modules[_CONVERTER]
    module: ModuleType = openvino
    return module
