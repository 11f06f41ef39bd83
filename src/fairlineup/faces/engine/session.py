"""Opens an ONNX model on onnxruntime: one core, nothing reported to anybody."""

from __future__ import annotations

import os
from typing import Any

from fairlineup.faces.engine.faults import EngineNotInstalled, pass_on_interrupt


def imported_onnxruntime() -> Any:
    """The library. Raises: EngineNotInstalled."""
    # read when it loads; builds of it report to Microsoft
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime
    except ImportError as error:
        pass_on_interrupt(error)
        raise EngineNotInstalled("the recogniser", expected="onnxruntime", got=str(error)) from None
    return onnxruntime


def opened(content: bytes) -> Any:
    """A session on one core. Raises: EngineNotInstalled, and whatever onnxruntime refuses a file with."""
    onnxruntime = imported_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
