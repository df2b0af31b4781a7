"""Where a run errs, class by class."""

import argparse
from typing import Any

from cnnlab.commands import say, takes_run, verb


@verb(options=takes_run)
def report(options: argparse.Namespace) -> dict[str, Any]:
    """Precision, recall, F1 per class and the confusion matrix: the Evaluate page's figures."""
    from cnnlab import evaluation, runs
    from cnnlab.evaluation import classification_report

    found = evaluation.evaluate(runs.find(options.run))
    say(options, classification_report.to_text(found))
    if found.basis != evaluation.UNSEEN:
        say(options, f"\n{found.basis.capitalize()}.")
    if found.preparation:
        say(options, f"\n{found.preparation}")
    return classification_report.to_json(found)
