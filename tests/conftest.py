"""What every test gets: a store of its own, nobody's downloads, and one tiny trained run."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1.element_tree import AlertBase, HeadingBase, Latex, Markdown, Toast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cnnlab import engine, paths, runs
from cnnlab.compression import planning
from cnnlab.runs import Run
from cnnlab.schema import RunConfig

# Before anything imports Keras or TensorFlow.
os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="cnnlab-test-keras-")
os.environ["CNNLAB_SPARE"] = "0"
# Three tests at a time, two cores: threads that wait for each other's cores only burn them.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A training that makes way hardly begins beside other tests, and a test waits for it.
os.environ["CNNLAB_NICE"] = "0"


# The longest begin, so that at the end no worker is left alone with one of them.
FIRST = (
    *("browser/test_layout.py", "studies/test_study_commands.py", "test_pretrained.py"),
    *("browser/test_journeys.py", "pages/test_compress_page.py", "compression/test_pruning.py"),
    *("test_handwriting.py", "compression/test_verbs.py", "test_import_variants.py"),
    *("training/test_exact_resume.py", "jobs/test_worker.py", "browser/test_side_by_side.py"),
    *("architectures/test_architectures_contract.py", "compression/test_distilling.py"),
    *("pages/test_every_page.py", "compression/test_lineage.py", "pages/test_inside_page.py"),
    *("pages/test_train_page.py", "training/test_looks.py", "compression/test_quantizing.py"),
    *("test_recipes.py", "test_phone_photos.py", "test_importing.py", "test_engine.py"),
    *("pages/test_hostile_words.py", "test_import_inputs.py", "comparison/test_comparison.py"),
)
PLACES = {str(Path(__file__).parent / name): place for place, name in enumerate(FIRST)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of `FIRST` come first; within a file nothing moves."""
    items.sort(key=lambda item: PLACES.get(str(item.path), len(FIRST)))


@pytest.fixture(scope="session", autouse=True)
def _keras_home():
    """Keras' configuration and cache go with the tests."""
    yield
    shutil.rmtree(os.environ["KERAS_HOME"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory, monkeypatch):
    """Every test starts with an empty store and no data but what is built in."""
    place = tmp_path_factory.mktemp("lab")
    monkeypatch.setenv("CNNLAB_RUNS", str(place / "runs"))
    monkeypatch.setenv("CNNLAB_DATA", str(place / "data"))
    monkeypatch.setattr("cnnlab.datasets._find.SYSTEM", place / "system")
    monkeypatch.delenv("CNNLAB_SLOTS", raising=False)


@pytest.fixture(scope="module", autouse=True)
def _nothing_kept_of_other_modules():
    """What pages keep between reruns would outlive a module's stand-ins for the engine."""
    yield
    st.cache_data.clear()


@pytest.fixture(autouse=True)
def _no_clearing_of_keras(monkeypatch):
    """After each run of a page Streamlit clears Keras' session where Keras is loaded.

    It never is in the server; the tests share one process with it, and pay 0.2 s a run.
    """
    name = "streamlit.runtime.scriptrunner.script_runner._clean_problem_modules"
    monkeypatch.setattr(name, lambda: None, raising=False)  # without it tests are slower


@pytest.fixture(autouse=True)
def _read_as_shown(monkeypatch):
    """Tests read texts as the reader sees them: escaped signs are signs."""

    def value(element):
        if isinstance(element, Latex):
            return element.proto.body
        unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", element.proto.body)
        return unescaped.replace("\u2060", "")

    for kind in (AlertBase, HeadingBase, Markdown, Toast):
        monkeypatch.setattr(kind, "value", property(value))


@pytest.fixture
def answering(monkeypatch) -> None:
    """Questions to the engine are answered in this process."""
    monkeypatch.setattr(engine, "ask", lambda question: question.answer())


@pytest.fixture
def real_data(monkeypatch) -> Path:
    """The folder of real datasets given by `CNNLAB_TEST_DATA`; skips without it."""
    folder = os.environ.get("CNNLAB_TEST_DATA")
    if not folder:
        pytest.skip("needs real datasets: set CNNLAB_TEST_DATA to their folder")
    monkeypatch.setenv("CNNLAB_DATA", folder)
    return Path(folder)


@pytest.fixture
def nothing_shipped(tmp_path_factory, monkeypatch) -> Path:
    """An empty place for shipped runs instead of the project's own."""
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr(paths, "pretrained_dir", lambda: folder)
    return folder


SHORT = {"epochs": 2, "train_limit": 200, "batch_size": 32, "seed": 3}
Make = Callable[[Path], None]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Callable[[str, Make], Path]:
    """`made_once(name, make)`: a folder that `make` fills, once for all workers of the session."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, make: Make) -> Path:
        place, whole = shared / f"once-{name}", shared / f"once-{name}.whole"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                make(place)
                whole.touch()
        return place

    return folder


def _train_tiny(folder: Path) -> None:
    settings = "--epochs 3 --train-limit 300 --learning-rate 0.003 --seed 1 --title tiny"
    command = f"-m cnnlab train lenet5 --dataset digits {settings} --json"
    done = subprocess.run(
        [sys.executable, *command.split()],
        cwd=paths.ROOT,
        env={**os.environ, "CNNLAB_RUNS": str(folder / "runs")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder / "printed.txt").write_text(done.stdout)


@pytest.fixture(scope="session")
def tiny_training(made_once) -> tuple[Path, str]:
    """LeNet-5 after three epochs on 300 digits, by the command line and a real worker.

    Once per session: (the run's folder, what the command printed).
    """
    folder = made_once("tiny", _train_tiny)
    return folder / "runs" / "0001-lenet5-digits", (folder / "printed.txt").read_text()


@pytest.fixture(scope="session")
def tiny_run_folder(tiny_training) -> Path:
    """The folder of the tiny trained run; read it, and copy it before changing anything."""
    return tiny_training[0]


@pytest.fixture
def tiny_run(tiny_run_folder) -> Run:
    """A copy of the trained run in this test's own store."""
    target = paths.runs_dir() / "tiny-lenet5"
    shutil.copytree(tiny_run_folder, target)
    return Run(target)


@pytest.fixture
def made_from_tiny(tiny_run, tiny_run_folder, made_once) -> Callable[..., Run]:
    """`made_from_tiny(name, plan)`: a copy of the finished run that `plan(tiny_run)` describes.

    Carried out once for all tests that give the same name.
    """

    def copied(name: str, plan: Callable[[Run], RunConfig]) -> Run:
        def make(store: Path) -> None:
            from cnnlab.jobs import worker
            from cnnlab.jobs.__main__ import Reporter

            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CNNLAB_RUNS", str(store))
                shutil.copytree(tiny_run_folder, store / tiny_run.name)
                run = runs.create(plan(runs.find(tiny_run.name)))
                worker.work(run, Reporter(run))
                assert run.status.state == "done"
            shutil.rmtree(store / tiny_run.name)

        (made,) = (file.parent for file in made_once(name, make).glob("*/config.json"))
        return Run(shutil.copytree(made, paths.runs_dir() / f"{made.name}-{name}"))

    return copied


@pytest.fixture
def quantized(made_from_tiny) -> Callable[[str], Run]:
    """The tiny run, quantized by a method."""
    return lambda method: made_from_tiny(
        f"quantized-{method}", lambda parent: planning.quantize(parent, method)
    )


@pytest.fixture
def thinned(made_from_tiny) -> Callable[[int], Run]:
    """The tiny run without 0.6 of its MACs, gone at once (0) or over so many epochs."""
    longer = SHORT | {"epochs": 3}
    return lambda ramp: made_from_tiny(
        f"thinned-{ramp}",
        lambda parent: planning.prune(parent, "filters", {"share": 0.6, "ramp": ramp}, longer),
    )


@pytest.fixture
def student(made_from_tiny) -> Run:
    """A student of the tiny run, by FitNets: a regressor, two stages."""
    return made_from_tiny(
        "student",
        lambda parent: planning.distill(parent, "fitnet", "mnist_approach_2", {}, SHORT),
    )
