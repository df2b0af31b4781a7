"""What is wrong with a training, and what helps; sick ones to learn from."""

import argparse
from dataclasses import asdict
from typing import Any

from cnnlab.commands import say, verb


def _diagnosed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "--treat", action="store_true", help="start the mended training of the surest finding"
    )


@verb(options=_diagnosed)
def diagnose(options: argparse.Namespace) -> dict[str, Any]:
    """What is wrong with a run's training, with the evidence, and what would help."""
    from cnnlab import lab, runs
    from cnnlab.clinic import ILLNESSES
    from cnnlab.clinic.examination import examine

    run = runs.find(options.run)
    found = examine(run)
    for finding in found:
        say(options, f"{ILLNESSES[finding.illness].title} ({finding.certainty:.0%})")
        say(options, f"  {finding.evidence}\n  {finding.advice}")
    if not found:
        say(options, "Nothing is wrong that shows.")
    answer: dict[str, Any] = {"run": run.name, "findings": [asdict(one) for one in found]}
    if options.treat and found:
        mended = lab.start_treatment(run, found[0])
        say(options, f"started {mended.name}")
        answer["treated"] = mended.name
    return answer


def _patient(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", default="")


@verb(options=_patient)
def patients(options: argparse.Namespace) -> dict[str, Any]:
    """Sick trainings to learn from: all of them, or with a NAME one that is trained now."""
    from cnnlab import lab
    from cnnlab.clinic import patient_files

    if options.name:
        run = lab.start_patient(patient_files.find_patient(options.name))
        say(options, f"started {run.name}: when it is done, python -m cnnlab diagnose {run.name}")
        return {"run": run.name}
    found, refused = patient_files.patients()
    for name, patient in found.items():
        say(options, f"{name:24} {patient.title}: {patient.story}")
    for name, why in refused.items():
        say(options, f"{name:24} {why}")
    return {"patients": {name: asdict(one) for name, one in found.items()}, "refused": refused}
