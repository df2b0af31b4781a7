"""Single flipped bits in every file of a model, and all that is asked of it: sentences only.

`python -m tests.flip_bytes 200` by hand; `tests/test_damaged_networks.py` flips a few.
"""

import io
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
from PIL import Image

from cnnlab import lab, paths, prediction
from cnnlab.errors import LabError
from cnnlab.runs import Run

PICTURE = np.random.default_rng(0).uniform(0, 1, (28, 28, 1)).astype("float32")
_PAGES = 4  # pages are opened for every so manyth flip
FILES = ("model.tflite", "model.keras", "snapshots/final.npz", "examples.npz")


def flipped(file: Path, count: int, seed: int = 7) -> Iterator[int]:
    """The file with one bit flipped, so many times, each time another one."""
    whole, chance = file.read_bytes(), random.Random(seed)
    for _ in range(count):
        damaged, place = bytearray(whole), chance.randrange(len(whole))
        damaged[place] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        yield place
    file.write_bytes(whole)


def told(ask: Callable[[], object], place: int) -> None:
    """An answer, or one line."""
    said = ""
    try:
        ask()
    except LabError as error:
        said = str(error)
    except Exception as error:
        raise AssertionError(f"byte {place}: {error!r}") from error
    assert "\n" not in said, said


def drawing() -> bytes:
    """A digit as a PNG file."""
    file = io.BytesIO()
    pixels = np.zeros((28, 28), "uint8")
    pixels[5:23, 13:16] = 255
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def verb(*words: str) -> Callable[[], object]:
    """A word of the command line; it must end with 0, 1 or 2 and without a traceback."""
    from cnnlab.__main__ import main

    def ask() -> None:
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = main(list(words))
        assert code in (0, 1, 2), code
        assert "Traceback" not in said.getvalue()

    return ask


def http(run: Run) -> Callable[[], object]:
    """A prediction by HTTP, answered or refused."""
    from tests.api.conftest import ask, multipart

    body, kind = multipart(drawing())

    def predict() -> None:
        told = ask("POST", f"/api/models/{run.name}/predict", body, content_type=kind)
        assert told.status < 500, told.status

    return predict


def page(name: str, run: Run, **query: str) -> Callable[[], object]:
    """A page, opened with this run; questions to the engine are answered here."""
    from streamlit.testing.v1 import AppTest

    def look() -> None:
        app = AppTest.from_file(str(paths.ROOT / "pages" / f"{name}.py"), default_timeout=120)
        for key, value in {"run": run.name, **query}.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, app.exception
        assert all("\n" not in error.value for error in app.error)

    return look


def looks(run: Run, picture: Path) -> dict[str, Callable[[], object]]:
    """All that is asked of a model: pages, engine, terminal, HTTP."""
    from cnnlab.compression.questions import LayerSensitivity, MeasuredCosts, PruningPreview
    from cnnlab.visualization import questions

    folder = run.path
    asked = {
        "layers": questions.Layers(folder),
        "maps": questions.FeatureMaps(folder, (PICTURE,), None, 0, 8),
        "heat": questions.HeatMaps(folder, PICTURE, ("saliency",)),
        "preview": PruningPreview(folder, "filters", {"share": 0.5}),
        "sensitivity": LayerSensitivity(folder),
        "costs": MeasuredCosts(folder),
    }
    return {
        **{name: question.answer for name, question in asked.items()},
        "predict": lambda: prediction.predict(run, PICTURE),
        "first maps": lambda: prediction.feature_maps(run, PICTURE),
        "examples": lambda: lab.examples(run),
        "row": lambda: lab.row(run),
        "http": http(run),
        "verb predict": verb("predict", run.name, str(picture), "--json"),
        "verb evaluate": verb("evaluate", run.name, "--json"),
        "verb ledger": verb("ledger", run.name, "--json"),
        "page inside": page("inside", run),
        "page compress": page("compress", run),
        "page predict": page("predict", run),
    }


def main(count: int) -> int:
    """Every look at every damaged file; how many went wrong."""
    from cnnlab import engine

    engine.ask = lambda question: question.answer()
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        os.environ["CNNLAB_RUNS"] = place
        run, picture = Run(Path(place) / "0001-ladder"), Path(place) / "digit.png"
        picture.write_bytes(drawing())
        shutil.copytree(paths.pretrained_dir() / "ladder_05", run.path)
        for file in FILES:
            if not (run.path / file).is_file():
                continue
            found = 0
            for number, where in enumerate(flipped(run.path / file, count)):
                for name, ask in looks(run, picture).items():
                    if number % _PAGES and name.startswith("page"):
                        continue  # they take longest, and ask what was asked above
                    try:
                        told(ask, where)
                    except AssertionError as error:
                        found += 1
                        sys.stdout.write(f"  {file}, {name}: {str(error)[:300]}\n")
            sys.stdout.write(f"{file}: {found} failures in {count} flipped bits\n")
            sys.stdout.flush()
            wrong += found
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
