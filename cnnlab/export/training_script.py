"""A card's training as a program and as a notebook, that call the lab step by step."""

import json
import pprint
from dataclasses import dataclass

from cnnlab.schema import RecipeCard

HEAD = '''"""Trains {architecture} on {dataset} again, as {run} was, and holds it to its figures.

Run it in CNN Lab's folder with the lab's Python: python train.py
"""

'''


@dataclass(frozen=True)
class _Step:
    """One cell: what it does, and the code."""

    words: str
    code: str


def script(card: RecipeCard) -> str:
    """Python source that repeats the card's training from data to test accuracy."""
    head = HEAD.format(architecture=card.architecture, dataset=card.dataset, run=card.run)
    steps = [f"# {step.words}\n{step.code}" for step in _steps(card)]
    return head + "\n\n".join(steps)


def notebook(card: RecipeCard) -> str:
    """The same as a Jupyter notebook of format 4, a cell for each step."""
    title = f"# {card.architecture} on {card.dataset}, as {card.run}\n"
    about = "Start Jupyter in CNN Lab's folder with the lab's Python."
    cells: list[dict[str, object]] = [_text(title + about)]
    for step in _steps(card):
        cells += [_text(step.words), _code(step.code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(made, indent=1) + "\n"


def _text(words: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": words}


def _code(source: str) -> dict[str, object]:
    empty: dict[str, object] = {"metadata": {}, "execution_count": None, "outputs": []}
    return {"cell_type": "code", "source": source, **empty}


def _steps(card: RecipeCard) -> list[_Step]:
    recipe = pprint.pformat(card.recipe.settings, sort_dicts=False)
    knobs = pprint.pformat(dict(card.knobs), sort_dicts=False)
    validation = pprint.pformat([claim.val_accuracy for claim in card.history], compact=True)
    return [
        _Step(
            "What is trained, on what, and how.",
            f"import os\nimport tempfile\n\n"
            f'os.environ["CNNLAB_RUNS"] = tempfile.mkdtemp(prefix="cnnlab-again-")\n\n'
            f"ARCHITECTURE = {card.architecture!r}\nKNOBS = {knobs}\n"
            f"DATASET = {card.dataset!r}\nFINGERPRINT = {card.fingerprint!r}\n"
            f"INPUT_SHAPE = {tuple(card.input_shape)}\nRECIPE = {recipe}\n",
        ),
        _Step(
            "The pictures: the very same, or the program ends.",
            "from cnnlab import datasets\n\n"
            'data = datasets.load(DATASET, INPUT_SHAPE, limit=RECIPE["train_limit"] or None)\n'
            "if data.fingerprint != FINGERPRINT:\n"
            '    raise SystemExit(f"{DATASET} holds other pictures here: {data.fingerprint}")\n'
            'print(len(data.x_train), "pictures to train on,", len(data.x_val), "to validate")\n',
        ),
        _Step(
            "The network.",
            "from cnnlab import architectures, recipe, runs\n\n"
            "config = recipe.plan(ARCHITECTURE, DATASET, RECIPE, KNOBS, INPUT_SHAPE)\n"
            "network = architectures.build(\n"
            "    config.architecture, config.input_shape, config.classes, config.knobs\n)\n"
            "network.summary()\n",
        ),
        _Step(
            "The training: weights, order and augmentation follow from the recipe's seed.",
            "from cnnlab import training\n\n"
            "run = runs.create(config)\n"
            "model = training.train(run, lambda **status: print(status), data)\n"
            "for row in run.history:\n"
            "    print(row.epoch, row.loss, row.val_loss, row.val_accuracy)\n",
        ),
        _Step(
            "Its figures beside those that were recorded.",
            "from cnnlab import evaluation\n\n"
            f"RECORDED_TEST = {card.test_accuracy!r}\nRECORDED_VALIDATION = {validation}\n"
            "found = evaluation.evaluate(run, data)\n"
            "validation = [row.val_accuracy for row in run.history]\n"
            'print("validation", validation, "recorded", RECORDED_VALIDATION)\n'
            'print("test accuracy", found.accuracy, "recorded", RECORDED_TEST)\n'
            "low, high = found.interval\n"
            'verdict = "same" if low <= RECORDED_TEST <= high else "different"\n'
            'print("verdict", "identical" if validation == RECORDED_VALIDATION else verdict)\n',
        ),
    ]
