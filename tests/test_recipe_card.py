"""A training on a card: written, read, repeated by script and notebook, judged and stamped."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from cnnlab import paths, runs, schema
from cnnlab.__main__ import main
from cnnlab.errors import LabError
from cnnlab.export import bundle
from cnnlab.export.recipe_card import card_of, judge, read_card
from cnnlab.export.training_script import notebook, script


def code_of(content: str) -> list[str]:
    """A notebook's code, cell by cell."""
    return [cell["source"] for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]


def test_the_script_repeats_the_run_to_the_last_digit_and_the_notebook_is_the_same(
    tiny_run, tmp_path
):
    card = card_of(tiny_run)
    cells = code_of(notebook(card))
    written = script(card)
    assert all(cell in written for cell in cells)
    file = tmp_path / "train.py"
    file.write_text("\n".join(cells))
    done = subprocess.run(
        [sys.executable, str(file)],
        cwd=paths.ROOT,
        env={**os.environ, "PYTHONPATH": str(paths.ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"test accuracy {tiny_run.metrics.test_accuracy!r} recorded" in done.stdout
    assert done.stdout.splitlines()[-1] == "verdict identical"


def test_a_card_is_judged_by_what_seeds_and_chance_may_do(tiny_run):
    card = card_of(tiny_run)
    assert len(json.dumps(schema.to_json(card))) < 10_000
    assert schema.from_json(schema.RecipeCard, schema.to_json(card)) == card
    assert [judge(card, tiny_run, n).verdict for n in (1, 3, 9)] == ["identical"] * 3
    assert judge(card, tiny_run, 3).found == tiny_run.metrics.test_accuracy
    near = replace(card, test_accuracy=card.test_accuracy - 0.02)
    assert judge(near, tiny_run, 3).verdict == "same"
    far = replace(card, test_accuracy=card.test_accuracy - 0.3)
    assert judge(far, tiny_run, 3).verdict == "different"
    assert judge(replace(far, seeds={"1": card.test_accuracy}), tiny_run, 3).verdict == "same"
    claims = (replace(card.history[0], val_accuracy=0.1), *card.history[1:])
    assert judge(replace(card, history=claims), tiny_run, 1).verdict == "different"
    longer = replace(card, history=card.history * 2)
    with pytest.raises(LabError, match="ended after 3 epochs"):
        judge(longer, tiny_run, 5)


@pytest.mark.parametrize("epochs", [[], ["--epochs", "1"]])
def test_the_verbs_write_repeat_and_stamp(capsys, monkeypatch, tiny_run, tmp_path, epochs):
    file = tmp_path / "card.json"
    assert main(["card", tiny_run.name, str(file)]) == 0
    asked = []

    def start(*settings):
        asked.append(settings)
        return tiny_run

    monkeypatch.setattr("cnnlab.lab.start_training", start)
    for _ in range(2):
        assert main(["verify", str(file), *epochs]) == 0
    card = read_card(file)
    assert [stamp.verdict for stamp in card.stamps] == ["identical"] * 2
    assert card.stamps[0].whole == (not epochs)
    name, dataset, settings, knobs, shape, _ = asked[0]
    config = tiny_run.config
    assert (name, dataset, shape) == (config.architecture, config.dataset, config.input_shape)
    assert (settings, dict(knobs)) == (config.recipe.settings, dict(config.knobs))
    assert "identical" in capsys.readouterr().out


def test_other_pictures_damaged_cards_and_runs_without_one_are_sentences(
    capsys, tiny_run, tmp_path
):
    file = tmp_path / "card.json"
    schema.write(file, replace(card_of(tiny_run), fingerprint="0" * 64))
    assert main(["verify", str(file)]) == 1
    assert "holds other pictures than the card's" in capsys.readouterr().err
    for content in ("", "[]", "{}", '{"version": 99}'):
        file.write_text(content)
        with pytest.raises(LabError, match="recipe card"):
            read_card(file)
    assert main(["card", tiny_run.name, str(tmp_path / "card.txt")]) == 1
    with pytest.raises(LabError, match="made from compact_mnist_teacher"):
        card_of(runs.find("compact_mnist"))


def test_an_exported_archive_holds_all_three(tiny_run):
    made = bundle(tiny_run, ["keras"])
    with zipfile.ZipFile(BytesIO(made.content)) as archive:
        parts = {name.split("/")[1]: archive.read(name).decode() for name in archive.namelist()
                 if name.endswith((".json", ".py", ".ipynb"))}  # fmt: skip
    card = card_of(tiny_run)
    assert schema.from_json(schema.RecipeCard, json.loads(parts["recipe.json"])) == card
    assert parts["train.py"] == script(card)
    assert parts["train.ipynb"] == notebook(card)
