"""Does it fit? What the run costs on a chip, and every board with the reason in bytes."""

import streamlit as st

from cnnlab import boards, lab
from cnnlab.boards import Fit
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.amounts import count, size
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells, literal

CODE = "python -m cnnlab export {} chip.zip --format c"


def show(run: Run) -> None:
    """Four costs, the boards, and what would fit where this run does not."""
    if not run.tflite_file.is_file():
        st.info("There is nothing to hold against a board yet: its file is written when it ends.")
        return
    try:
        needs, fits = boards.needs(run), lab.fits(run)
    except LabError as error:
        st.warning(literal(str(error)))
        return
    _costs(run, needs)
    _table(fits)
    _missing(run, needs, [fit for fit in fits if not fit.fits])
    st.code(CODE.format(run.name), language="bash")


def _costs(run: Run, needs: boards.Needs) -> None:
    params = run.metrics.params
    with st.container(horizontal=True):
        st.metric("Parameters", count(params) if params else "not measured")
        st.metric(
            "Weights and tables, int8",
            size(needs.constant_bytes),
            help="With biases, factors and tables of activations: what lies in flash as C.",
        )
        st.metric(
            "RAM at the peak",
            size(needs.ram_bytes),
            help="All that flows, the picture included, as planned for the exported C.",
        )
        st.metric("MACs", count(needs.macs), help="Multiplications with a weight for a picture.")


def _table(fits: list[Fit]) -> None:
    rows = [
        {
            "board": fit.board.title,
            "fits": "yes" if fit.fits else "no",
            "ram": f"{fit.ram_bytes:,} of {fit.board.chip.ram_bytes:,}",
            "flash": f"{fit.flash_bytes:,} of {fit.board.chip.flash_bytes:,}",
            "time": "—" if fit.seconds is None else f"about {fit.seconds:.3g} s",
            "chip": fit.board.description,
            "url": fit.board.url,
        }
        for fit in fits
    ]
    st.dataframe(
        cells(rows),
        hide_index=True,
        height="content",
        key="boards",
        column_config={
            "board": "Board",
            "fits": "Fits?",
            "ram": "RAM, bytes",
            "flash": "Flash, bytes",
            "time": "Time (estimate)",
            "chip": "Chip",
            "url": st.column_config.LinkColumn("Source", display_text="maker's page"),
        },
    )
    sources = {fit.board.chip.timing.source for fit in fits if fit.seconds is not None}
    st.caption(
        "What a board has is its maker's figure, less what a boot loader takes. "
        f"RAM with {boards.STACK_BYTES} bytes of stack; code is estimated from compiled networks. "
        "Time: MACs and sums times cycles for each, by the clock. "
        f"Cycles of: {'; '.join(sorted(sources))}. "
        "A dash: nobody published any."
    )


def _missing(run: Run, needs: boards.Needs, misses: list[Fit]) -> None:
    """For one board that is too small: why, and what to do."""
    if not misses:
        return
    by_title = {fit.board.title: fit for fit in misses}
    title = st.selectbox("What would make it fit on", list(by_title), key="too-small")
    fit = by_title[title]
    st.write(literal(f"{run.title} {fit.words}."))
    with st.container(horizontal=True):
        words = _pruned(needs, fit)
        link("compress", words, ":material/content_cut:", run=run.name, view="Make smaller")
        if other := lab.best_on(fit.board.name, run):
            accuracy = other.metrics.test_accuracy or 0
            words = f"{other.title} fits, and reads {accuracy:.2%}"
            link("compress", words, ":material/memory:", run=other.name, view="On a chip")
        data = run.config.dataset
        link("how_small", "Look for a size that fits", ":material/trending_down:", dataset=data)
    st.caption(
        "*Look for a size that fits* begins a study on the same pictures: choose the board there "
        "as *Runs on*, and only networks that fit on it are trained."
    )


def _pruned(needs: boards.Needs, fit: Fit) -> str:
    """How far pruning would have to go, where it can."""
    left = needs.constant_bytes - fit.flash_over
    if fit.flash_over and left > 0:
        return f"Prune to {size(left)}: try"
    if fit.ram_over and not fit.flash_over:
        return f"Prune filters to {fit.board.chip.ram_bytes / fit.ram_bytes:.0%}: try"
    return "Prune it"
