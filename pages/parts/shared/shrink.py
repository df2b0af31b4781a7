"""From a run to a study of its network in smaller and smaller."""

from cnnlab.architectures import ARCHITECTURES
from cnnlab.runs import Run
from pages.parts.shared.links import link


def shrink_this(run: Run) -> None:
    """The way to the form of a study; none from a network that has no knobs to turn."""
    if run.config.architecture in ARCHITECTURES:
        link("how_small", "How small can it get?", ":material/trending_down:", run=run.name)


def study_of(run: Run) -> None:
    """The way back to the study a run was trained for."""
    if run.config.study:
        name = run.config.study.study
        link("how_small", f"Its study: {name}", ":material/trending_down:", study=name)
