"""The mended training: what was asked before, changed as a finding says."""

from cnnlab import recipe
from cnnlab.architectures import ARCHITECTURES
from cnnlab.clinic import Finding
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import RunConfig


def treated(run: Run, finding: Finding) -> RunConfig:
    """The config of the run again, with a finding's treatment.

    Raises:
        LabError: its network cannot be built anew, or nothing that can be set would help.
    """
    config = run.config
    if config.architecture not in ARCHITECTURES or config.compression or config.imported:
        raise LabError(
            f"{run.name} was made from another run or imported, so it cannot be trained anew from "
            "its settings: treat the run it was made from."
        )
    if not finding.settings and not finding.knobs:
        raise LabError(f"No setting cures this. {finding.advice}")
    settings = {**config.recipe.settings, **finding.settings}
    knobs = {**config.knobs, **finding.knobs}
    title = f"{run.title}, treated"
    return recipe.plan(
        config.architecture, config.dataset, settings, knobs, config.input_shape, title
    )
