"""The program that travels with an exported model, and the code it prepares pictures with."""

import inspect
import textwrap
from collections.abc import Sequence
from pathlib import Path

from cnnlab import paths
from cnnlab.export._cards import FormatCard

_PROGRAM = '''"""Ask the network what it sees: python predict.py PICTURE [MODEL FILE] [--json]

Needs numpy and pillow, and for
{packages}
The picture is prepared by the very code CNN Lab uses; it lies beside this file.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from cnnlab import images  # noqa: E402

ABOUT = json.loads((HERE / "model.json").read_text())


def prepare(picture: str) -> np.ndarray:
    """The picture as the network sees it: `(height, width, channels)`, floats in 0..1."""
    pixels = images.read_picture(picture)
    shape = tuple(ABOUT["input_shape"])
    return images.prepare(pixels, shape, ABOUT["preparation"]).network_input


{readers}

READERS = {{{table}}}


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--json"]
    if not given:
        raise SystemExit(__doc__)
    name = given[1] if len(given) > 1 else ABOUT["files"][0]
    if name not in READERS:
        raise SystemExit(f"There is no {{name}} here, but: {{', '.join(READERS)}}.")
    network_input = np.asarray(prepare(given[0]), "float32")
    probabilities = READERS[name](HERE / name, network_input[None])[0]
    answer = dict(zip(ABOUT["labels"], map(float, probabilities)))
    if "--json" in sys.argv:
        print(json.dumps(answer))
    else:
        for label, probability in sorted(answer.items(), key=lambda pair: -pair[1])[:5]:
            print(f"{{label:16}} {{probability:7.2%}}")
'''


def predict_program(forms: Sequence[FormatCard]) -> str:
    """The program for files of these formats; it asks them by the readers they were checked by."""
    readers = dict.fromkeys(form.reader for form in forms)
    sources = [textwrap.dedent(inspect.getsource(reader)).strip() for reader in readers]
    return _PROGRAM.format(
        packages="\n".join(f"    {form.file}: pip install {form.packages}" for form in forms),
        readers="\n\n\n".join(sources),
        table=", ".join(f'"{form.file}": {form.reader.__name__}' for form in forms),
    )


def preparation() -> dict[str, str]:
    """The files, by their place in the archive, that bring a picture into the network's form."""
    room = paths.ROOT / "cnnlab"
    files = [room / f"{name}.py" for name in ("__init__", "errors", "memory")]
    files += sorted((room / "images").glob("*.py"))
    return {str(file.relative_to(paths.ROOT)): file.read_text() for file in files} | {
        "LICENSE": Path(paths.ROOT / "LICENSE").read_text()
    }
