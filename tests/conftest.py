"""What every test gets: a store of its own, nobody's downloads, and one tiny trained run."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cnnlab import paths, recipe, runs
from cnnlab.runs import Run

# Before anything imports Keras or TensorFlow.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="cnnlab-test-keras-")
os.environ["CNNLAB_SPARE"] = "0"


@pytest.fixture(scope="session", autouse=True)
def _keras_home():
    """Keras' configuration and cache go with the tests."""
    yield
    shutil.rmtree(os.environ["KERAS_HOME"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory, monkeypatch):
    """Every test starts with an empty store and no data but the built-in digits."""
    place = tmp_path_factory.mktemp("lab")
    monkeypatch.setenv("CNNLAB_RUNS", str(place / "runs"))
    monkeypatch.setenv("CNNLAB_DATA", str(place / "data"))
    monkeypatch.delenv("CNNLAB_SLOTS", raising=False)


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
def tiny_run_folder(tmp_path_factory) -> Path:
    """LeNet-5 after three epochs on 300 digits: trained by a real worker, once per session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNLAB_RUNS", str(tmp_path_factory.mktemp("tiny") / "runs"))
        settings = {"epochs": 3, "train_limit": 300, "learning_rate": 0.003, "seed": 1}
        run = runs.create(recipe.plan("lenet5", "digits", settings))
        command = [sys.executable, "-m", "cnnlab.jobs", str(run.path)]
        with (run.path / "log.txt").open("wb") as log:
            subprocess.run(command, cwd=paths.ROOT, stdout=log, stderr=log, check=False)
        assert run.status.state == "done", (run.status, run.log())
    return run.path


@pytest.fixture
def tiny_run(tiny_run_folder) -> Run:
    """A copy of the trained run in this test's own store."""
    target = paths.runs_dir() / "tiny-lenet5"
    shutil.copytree(tiny_run_folder, target)
    return Run(target)
