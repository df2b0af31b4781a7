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
from cnnlab.runs import Run, arrays

PICTURE = np.random.default_rng(0).uniform(0, 1, (28, 28, 1)).astype("float32")
SELDOM = 20  # pages, and what takes seconds, are asked for every so manyth flip
KNOBS = {"rung": 5}
WEIGHTS = {"mine.weights.h5": "ladder"}
# What reads each file of a run.
FILES = {
    "model.tflite": "predict, first maps, row, costs, http, verb predict, verb ledger, "
    "page predict",
    "model.keras": "layers, maps, preview, heat, sensitivity, costs, verb evaluate, page inside, "
    "page compress",
    "snapshots/final.npz": "kernels, row, page inside",
    "examples.npz": "examples, page train",
}
SLOW = ("heat", "sensitivity", "costs", "verb", "page", "import")


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


def kept_kernels(run: Run) -> object:
    """The kernels of the last moment, from the file anew."""
    from cnnlab.visualization.features import kernels

    kernels._read_file.cache_clear()
    prediction._loaded._loaded.clear()
    return [kernels.part(run, layer, "final") for layer in kernels.layers(run)]


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
        "kernels": lambda: kept_kernels(run),
        "page train": page("train", run),
        "row": lambda: lab.row(run),
        "http": http(run),
        "verb predict": verb("predict", run.name, str(picture), "--json"),
        "verb evaluate": verb("evaluate", run.name, "--json"),
        "verb ledger": verb("ledger", run.name, "--json"),
        "page inside": page("inside", run),
        "page compress": page("compress", run),
        "page predict": page("predict", run),
    }


def imported(file: Path) -> Callable[[], object]:
    """A reader's file, made a run and taken away again."""
    from cnnlab import importing

    def take() -> None:
        run = importing.import_file(file, architecture=WEIGHTS.get(file.name, ""), knobs=KNOBS)
        shutil.rmtree(run.path)

    return take


def loaded(file: Path) -> Callable[[], object]:
    """A reader's file, read as `import` begins."""
    from cnnlab import importing

    knobs = importing.ARCHITECTURES["ladder"].check(KNOBS)
    return lambda: importing._model(file, file.name, None, WEIGHTS.get(file.name, ""), knobs)


def readers_files(folder: Path) -> list[Path]:
    """A small network in each form that `import` reads."""
    from cnnlab import architectures

    model = architectures.build("ladder", (28, 28, 1), 10, KNOBS)
    files = [folder / name for name in ("mine.keras", "mine.h5")]
    for file in files:
        model.save(file)
    files.append(folder / "mine.weights.h5")
    model.save_weights(files[-1])
    return files


def sweep(file: Path, count: int, asked: dict[str, Callable[[], object]]) -> int:
    """Every look at every damaged copy of one file; how many went wrong."""
    found = 0
    for number, where in enumerate(flipped(file, count)):
        for name, ask in asked.items():
            if number % SELDOM and name.startswith(SLOW):
                continue  # they ask what was asked above, and take longest
            try:
                told(ask, where)
            except AssertionError as error:
                found += 1
                sys.stdout.write(f"  {file.name}, {name}: {str(error)[:300]}\n")
    sys.stdout.write(f"{file.name}: {found} failures in {count} flipped bits\n")
    sys.stdout.flush()
    return found


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
        pictures = {"pictures": np.zeros((20, 28, 28, 1), "uint8"), "classes": np.arange(20) % 10}
        arrays.write_arrays(run.examples_file, pictures)
        for name in FILES:
            every = looks(run, picture)
            asked = {look: every[look] for look in FILES[name].split(", ")}
            wrong += sweep(run.path / name, count, asked)
        with tempfile.TemporaryDirectory() as theirs:
            for file in readers_files(Path(theirs)):
                wrong += sweep(file, count, {"load": loaded(file), "import": imported(file)})
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
