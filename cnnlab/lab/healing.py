"""Look what a training lacks, and start the mended one."""

from dataclasses import replace

from cnnlab import jobs, runs
from cnnlab.clinic import Finding
from cnnlab.clinic.patient_files import Patient
from cnnlab.clinic.treatment import treated
from cnnlab.lab.submit import OWNER_LENGTH, require_data
from cnnlab.runs import Run
from cnnlab.schema import RunConfig


def start_treatment(run: Run, finding: Finding, owner: str = "") -> Run:
    """Put the mended training into the queue; returns at once.

    Raises:
        LabError: it cannot be trained anew, or its data are not on this machine.
    """
    return _start(treated(run, finding), owner)


def start_patient(patient: Patient, owner: str = "") -> Run:
    """Put a sick training into the queue; `LabError` as of `start_treatment`."""
    return _start(patient.plan(), owner)


def _start(config: RunConfig, owner: str) -> Run:
    require_data(config.dataset)
    run = runs.create(replace(config, owner=owner.strip()[:OWNER_LENGTH]))
    jobs.dispatch()
    return run
