"""C99 for chips."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cnnlab import integer
from cnnlab.errors import LabError
from cnnlab.export._c import FOLDER, sources
from cnnlab.export._cards import Tolerance, export_format
from cnnlab.export._int8 import int8_file
from cnnlab.runs import Run

COMPILER = "gcc"
# The code is held bit for bit to the lab's int8 reference before; this says whether int8 itself
# still names what the run does, which a network that is often in doubt does less.
STILL_ALIKE = Tolerance(difference=1.0, agreement=0.8)
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-O2")


def ask_c(model_file: Path, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for float32 pictures `(n, height, width, channels)` in 0..1."""
    import subprocess
    import tempfile

    pixels = np.rint(pictures * 255).astype("uint8")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "answer"
        sources = sorted(map(str, model_file.parent.glob("*.c")))
        subprocess.run(["gcc", "-std=c99", "-O2", *sources, "-o", str(program)], check=True)
        output = subprocess.run(
            [str(program), "-"], input=pixels.tobytes(), stdout=subprocess.PIPE, check=True
        ).stdout
    return np.array([line.split() for line in output.decode().splitlines()], "float32")


@export_format(
    title="C99 for chips",
    file=f"{FOLDER}/cnn.c",
    reader=ask_c,
    packages="nothing, but gcc",
    tolerance=STILL_ALIKE,
    fits=lambda run: True,
    note=lambda files: memory(files),
)
def c(run: Run) -> Mapping[str, bytes]:
    """int8 without malloc: a .c and .h file, a check of its answers and an Arduino sketch."""
    if shutil.which(COMPILER) is None:
        raise LabError("C is compiled and checked before it is offered: install gcc")
    network = integer.network(int8_file(run))
    files = sources(network, run.name, run.config.labels)
    check(files)
    return files


def memory(files: Mapping[str, bytes]) -> str:
    """RAM and flash the code takes, and how many weights share a byte, as its header says."""
    header = files[f"{FOLDER}/cnn.h"].decode()
    ram = re.search(r"CNN_RAM_BYTES (\d+)", header)
    flash = re.search(r"(\d+) bytes of constants", header)
    if not (ram and flash):
        return ""
    packed = re.findall(r"(\d+) weights of (\d) bits lie (\w+) to a byte", header)
    shared = "".join(
        f", {int(count):,} weights of {bits} bits {many} to a byte" for count, bits, many in packed
    )
    return (
        f"{int(ram[1]):,} bytes of RAM hold all that flows, the picture included; "
        f"{int(flash[1]):,} bytes of constants{shared}"
    )


def check(files: Mapping[str, bytes]) -> None:
    """Compile the files as strictly as gcc can, and let them check their own answers.

    Raises:
        LabError: they do not compile, or one answers otherwise than CNN Lab.
    """
    with tempfile.TemporaryDirectory(prefix="cnnlab-c-") as folder:
        for place, content in files.items():
            (Path(folder) / Path(place).name).write_bytes(content)
        inside = sorted(map(str, Path(folder).glob("*.c")))
        program = Path(folder) / "check"
        command = [COMPILER, *STRICT, *inside, "-o", str(program)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.returncode:
            done = subprocess.run([str(program)], capture_output=True, text=True, check=False)
        if done.returncode:
            words = (done.stderr or done.stdout).strip()[:300]
            raise LabError(f"The C code does not do what CNN Lab does ({words})")
