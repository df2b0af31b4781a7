"""Shipping: one folder with the figures of all seeds, or nothing changed at all."""

import json
import os
import shutil

import numpy as np
import pytest

from cnnlab import paths, runs, shipping
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import to_json
from cnnlab.visualization.features import kernels
from tests.records import write_json

pytestmark = pytest.mark.usefixtures("nothing_shipped")


@pytest.fixture
def seeds(tiny_run) -> list[Run]:
    """Three finished runs of one config, one per seed."""
    made = []
    for seed, accuracy in enumerate((0.9, 0.8, 0.7)):
        path = tiny_run.path.with_name(f"{seed + 1:04d}-lenet5-digits")
        shutil.copytree(tiny_run.path, path)
        config = json.loads((path / "config.json").read_text())
        config["recipe"]["seed"] = seed
        write_json(path / "config.json", config)
        write_json(path / "metrics.json", to_json(tiny_run.metrics) | {"test_accuracy": accuracy})
        made.append(Run(path))
    return made


def shipped() -> list[str]:
    """What lies in the shipped runs' folder, hidden things too."""
    return sorted(os.listdir(paths.pretrained_dir()))


def test_the_first_run_travels_and_the_others_lend_their_figures(seeds):
    run = shipping.ship("lenet5", seeds)
    assert shipped() == ["lenet5"]
    assert runs.find("lenet5") == run
    assert run.read_only
    figures = run.metrics.seeds
    assert figures.mean == pytest.approx(0.8)
    assert figures.deviation == pytest.approx(0.1)
    assert figures.test_accuracy == {"0": 0.9, "1": 0.8, "2": 0.7}
    assert run.metrics.test_accuracy == 0.9
    assert run.history == seeds[0].history
    assert run.tflite_file.read_bytes() == seeds[0].tflite_file.read_bytes()
    assert (run.snapshots_dir / "final.npz").is_file()
    assert not (run.path / "log.txt").exists()


def test_what_meant_something_among_its_neighbors_stays_behind(seeds):
    """The twin from scratch, the run it waited for and who asked do not ship."""
    config = json.loads((seeds[0].path / "config.json").read_text())
    made = {"kind": "distillation", "method": "hinton", "settings": {"temperature": 4}}
    neighbors = {"compression": made | {"scratch": "0007-twin"}, "after": ["0006"], "owner": "Ann"}
    write_json(seeds[0].path / "config.json", config | neighbors)
    shipped = to_json(shipping.ship("student", seeds[:1]).config)
    kept = {key: value for key, value in config.items() if key not in (*neighbors, "version")}
    assert shipped == kept | {"compression": made}
    with pytest.raises(LabError, match="differ in more than their seed"):
        shipping.ship("student", seeds)


def test_large_snapshots_are_thinned_to_what_there_is_room_for(seeds, monkeypatch):
    def moments(run: Run) -> list[str]:
        return sorted(file.stem for file in run.snapshots_dir.iterdir())

    assert moments(shipping.ship("all", seeds[:1])) == [
        "00001",
        "00002",
        "00003",
        "final",
        "initial",
    ]
    size = (seeds[0].snapshots_dir / "final.npz").stat().st_size
    monkeypatch.setattr(shipping, "_MOST_SNAPSHOT_BYTES", 4 * size)
    assert moments(shipping.ship("some", seeds[:1])) == ["00001", "00003", "final", "initial"]
    monkeypatch.setattr(shipping, "_MOST_SNAPSHOT_BYTES", 1)
    assert moments(shipping.ship("ends", seeds[:1])) == ["final", "initial"]


def test_kernels_travel_in_half_precision(seeds):
    run = shipping.ship("lenet5", seeds[:1])
    for moment in ("initial", "final"):
        with np.load(run.snapshots_dir / f"{moment}.npz") as file:
            assert {file[name].dtype for name in file.files} == {np.dtype("float16")}
        layer = kernels.layers(run)[0]
        shipped, own = (kernels.read(one, layer, moment).values for one in (run, seeds[0]))
        assert shipped.dtype == np.float32
        np.testing.assert_allclose(shipped, own, rtol=1e-3, atol=1e-6)


def test_one_run_has_no_deviation(seeds):
    assert shipping.seeds(seeds[:1]).deviation is None


def test_shipping_again_replaces(seeds):
    shipping.ship("lenet5", seeds[:1])
    assert shipping.ship("lenet5", seeds[1:]).metrics.seeds.count == 2


@pytest.mark.parametrize("name", ["..", ".", "", "../cnnlab", "/tmp/x", "a b", ".hidden", "Lenet5"])
def test_a_name_that_leads_elsewhere_deletes_nothing(seeds, name):
    precious = paths.pretrained_dir() / "precious"
    precious.mkdir()
    with pytest.raises(LabError, match="small letters"):
        shipping.ship(name, seeds)
    assert shipped() == ["precious"]
    assert paths.runs_dir().is_dir()


def test_what_does_not_fit_is_refused_and_nothing_is_lost(seeds, monkeypatch):
    kept = shipping.ship("kept", seeds)
    size = shipping.size_bytes(kept)
    monkeypatch.setattr(shipping, "MOST_BYTES", 2 * size - 1)
    with pytest.raises(LabError, match="pretrained/ would hold"):
        shipping.ship("more", seeds)
    assert [run.name for run in runs.pretrained()] == ["kept"]
    # In its own place it counts once.
    assert shipping.size_bytes(shipping.ship("kept", seeds)) == size


def test_a_refused_run_leaves_what_was_shipped_before(seeds):
    kept = shipping.ship("lenet5", seeds).metrics
    one, two, three = seeds
    for wrong, words in (
        ([one, one], "same seed"),
        ([unfinished(two), one], "only finished runs"),
        ([one, other_recipe(three)], "differ in more than their seed"),
        ([without_model(one)], "has lost"),
    ):
        with pytest.raises(LabError, match=words):
            shipping.ship("lenet5", wrong)
        assert runs.find("lenet5").metrics == kept
        assert shipped() == ["lenet5"]


def unfinished(run: Run) -> Run:
    """The run, stopped."""
    write_json(run.path / "status.json", {"state": "stopped"})
    return run


def other_recipe(run: Run) -> Run:
    """The run with one epoch more in its recipe."""
    config = json.loads((run.path / "config.json").read_text())
    config["recipe"]["epochs"] += 1
    write_json(run.path / "config.json", config)
    return Run(run.path)


def without_model(run: Run) -> Run:
    """The run, its LiteRT file deleted."""
    run.tflite_file.unlink()
    return run


def test_a_shipped_run_shipped_onto_itself_survives(seeds):
    shipping.ship("lenet5", seeds[:1])
    itself = runs.find("lenet5")
    shipping.ship("lenet5", [itself])
    assert runs.find("lenet5").tflite_file.is_file()
