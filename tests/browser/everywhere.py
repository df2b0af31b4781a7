"""One drawing, asked about in every form a run is exported in."""

import base64
import io
import json
import re
import shlex
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser

from cnnlab import integer
from cnnlab.export._c._numbers import rows
from cnnlab.export.formats.c import ask_c
from tests.browser.pixels import PAINTED

CHIPS = Path(__file__).parent.parent / "chips"
# As the exported page asks itself after a stroke.
DRAWN = f"""async (source) => {{{PAINTED}
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  return answer(asInput(prepared(pixels, about, true))).shares;
}}"""


def png(grey: np.ndarray) -> bytes:
    """uint8 `(h, w)` as a file."""
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "png")
    return file.getvalue()


def by_http(address: str, run: str, drawn: np.ndarray) -> list[float]:
    """Probabilities in the order of the classes, by the interface for programs."""
    request = urllib.request.Request(f"{address}/api/models/{run}/predict", png(drawn))
    with urllib.request.urlopen(request, timeout=60) as reply:
        said = json.load(reply)["predictions"]
    return [one["probability"] for one in sorted(said, key=lambda one: int(one["label"]))]


def by_html(browser: Browser, file: Path, drawn: np.ndarray) -> list[float]:
    """What the exported page makes of the drawing itself, its own preparation included."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    address = "data:image/png;base64," + base64.b64encode(png(drawn)).decode()
    shares: list[float] = page.evaluate(DRAWN, address)
    context.close()
    return shares


def unpacked(archive: bytes, folder: Path) -> Path:
    """The one folder of an exported archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)
    (place,) = folder.iterdir()
    return place


def by_c(source: Path, network: integer.Network, picture: np.ndarray) -> np.ndarray:
    """int8 `(classes,)` of the exported C, compiled for this machine."""
    (real,) = ask_c(source, picture[None] / np.float32(255))
    end = network.tensors[network.end]
    return np.rint(real / end.scale + end.zero).astype(np.int8)


def alike_in_simavr(
    folder: Path, network: integer.Network, picture: np.ndarray, answer: np.ndarray
) -> bool:
    """Whether the exported C gives this answer `(classes,)` int8 on an Uno."""
    lines = (
        '#include "cnn.h"',
        "#define GOLDEN 1",
        "static const uint8_t golden_pictures[1][CNN_INPUT_BYTES] GOLDEN_ROM =",
        f"{{{{{rows(picture)}}}}};",
        "static const int8_t golden_answers[1][CNN_CLASSES] GOLDEN_ROM =",
        f"{{{{{rows(answer)}}}}};",
    )
    (folder / "golden.h").write_text("\n".join(lines) + "\n")
    program = str(folder / "uno.elf")
    flags = shlex.split("-mmcu=atmega328p -DF_CPU=16000000UL -std=gnu99 -Os")
    files = [str(folder / "cnn.c"), str(CHIPS / "avr_main.c")]
    subprocess.run(["avr-gcc", *flags, f"-I{folder}", *files, "-o", program], check=True)
    command = ["simavr", "-m", "atmega328p", "-f", "16000000", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    said = re.search(r"good=(\d)", done.stdout + done.stderr)
    assert said, done
    return said[1] == "1"
