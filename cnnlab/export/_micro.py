"""Memory that TensorFlow Lite Micro takes for a file, where that is installed."""

import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

# In a process of its own: it prints its figures past Python, and ends the process on some files.
_PROGRAM = """
import sys
import numpy as np
from tflite_micro import runtime
interpreter = runtime.Interpreter.from_file(sys.argv[1], arena_size=16 << 20)
entry = interpreter.get_input_details(0)
interpreter.set_input(np.zeros(entry["shape"], entry["dtype"]), 0)
interpreter.invoke()
interpreter.print_allocations()
"""


def micro_words(file: bytes) -> str:
    """What TensorFlow Lite Micro says to a LiteRT file; nothing where it is not installed."""
    if find_spec("tflite_micro") is None:
        return ""
    with tempfile.TemporaryDirectory(prefix="cnnlab-micro-") as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(file)
        command = [sys.executable, "-c", _PROGRAM, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    output = done.stdout + done.stderr
    if done.returncode == 0 and (arena := re.search(r"Arena allocation total (\d+)", output)):
        return f"TensorFlow Lite Micro runs it in {int(arena[1]):,} bytes of RAM"
    missing = re.search(r"Didn't find op for builtin opcode '(\w+)'", output)
    reason = f"it has no {missing[1]}" if missing else "it ended with an error"
    return f"TensorFlow Lite Micro does not run it: {reason}"
