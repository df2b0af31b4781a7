"""What every test gets: a store of its own, nobody's downloads, and one tiny trained run."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1.element_tree import AlertBase, HeadingBase, Latex, Markdown, Toast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cnnlab import engine, paths
from cnnlab.runs import Run

# Before anything imports Keras or TensorFlow.
os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="cnnlab-test-keras-")
os.environ["CNNLAB_SPARE"] = "0"


# The longest begin, so that at the end no worker is left alone with one of them.
FIRST = (
    *("browser/test_journeys.py", "test_pretrained.py", "pages/test_compress_page.py"),
    *("browser/test_side_by_side.py", "architectures/test_architectures_contract.py"),
    *("test_recipes.py", "test_import_variants.py", "compression/test_distilling.py"),
    *("jobs/test_worker.py", "training/test_exact_resume.py", "jobs/test_queue.py"),
    *("pages/test_inside_page.py", "compression/test_objectives.py", "browser/test_home.py"),
    *("training/test_training_room.py", "pages/test_hostile_words.py", "pages/test_every_page.py"),
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


@pytest.fixture(scope="session")
def tiny_training(tmp_path_factory) -> tuple[Path, str]:
    """LeNet-5 after three epochs on 300 digits, by the command line and a real worker.

    Once per session: (the run's folder, what the command printed).
    """
    store = tmp_path_factory.mktemp("tiny") / "runs"
    settings = "--epochs 3 --train-limit 300 --learning-rate 0.003 --seed 1 --title tiny"
    command = f"-m cnnlab train lenet5 --dataset digits {settings} --json"
    done = subprocess.run(
        [sys.executable, *command.split()],
        cwd=paths.ROOT,
        env={**os.environ, "CNNLAB_RUNS": str(store)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return store / "0001-lenet5-digits", done.stdout


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
