"""The strip of metrics that stays in sight while one scrolls; progress is its lower edge."""

import html
from dataclasses import dataclass

import streamlit as st

from cnnlab import lab

STYLE = """<style>
.figs { position: relative; display: flex; border: 1px solid light-dark(#dce2e8, #2d3945);
  border-radius: 8px; background: light-dark(#ffffff, #12181f); padding: 6px 0 10px;
  overflow: hidden; font-variant-numeric: tabular-nums; }
.figs dl { flex: 1 1 0; margin: 0; padding: 0 14px; min-width: 0;
  border-left: 1px solid light-dark(#dce2e8, #2d3945); }
.figs dl:first-child { border-left: 0; }
.figs dt { font-size: 0.87rem; color: light-dark(#5b6875, #9aa8b5); white-space: nowrap;
  font-weight: 400; }
.figs dd { margin: 0; font-size: 1.35rem; line-height: 1.3; font-weight: 650; white-space: nowrap; }
.figs dd small { font-size: 0.9rem; font-weight: 400; color: light-dark(#5b6875, #9aa8b5); }
.figs .hero dd { color: light-dark(#0072b2, #56b4e9); }
.figs p { margin: 0; padding: 2px 14px; }
.figs [role=progressbar] { position: absolute; inset: auto 0 0 0; height: 4px;
  background: light-dark(#e9edf1, #25303b); }
.figs [role=progressbar] i { display: block; height: 100%;
  background: light-dark(#0072b2, #56b4e9); }
@media (max-width: 640px) { .figs .more { display: none; } .figs dl { padding: 0 10px; } }
</style>"""


@dataclass(frozen=True)
class Metric:
    """One metric: its label, its value, a smaller word after it; on a phone only a few stay."""

    label: str
    value: str
    unit: str = ""
    kind: str = ""  # "hero": the colored one; "more": not on a phone


def strip(view: lab.Live) -> None:
    """The metrics of this moment; while it waits, its place in the queue."""
    words = progress_words(view)
    waiting_words = "" if view.epochs and view.status.state != "queued" else html.escape(words)
    body = f"<p>{waiting_words}</p>" if waiting_words else "".join(map(_cell, _metrics(view)))
    bar = (
        f'<div role="progressbar" aria-label="Progress of the training" '
        f'aria-valuenow="{100 * view.done:.0f}" aria-valuetext="{html.escape(words)}">'
        f'<i style="width: {view.done:.1%}"></i></div>'
    )
    with st.container(key="figures"):
        st.html(f'{STYLE}<div class="figs">{body}{bar}</div>')


def _cell(metric: Metric) -> str:
    unit = f" <small>{html.escape(metric.unit)}</small>" if metric.unit else ""
    return (
        f'<dl class="{metric.kind}"><dt>{html.escape(metric.label)}</dt>'
        f"<dd>{html.escape(metric.value)}{unit}</dd></dl>"
    )


def _metrics(view: lab.Live) -> list[Metric]:
    latest, last = view.latest, view.history[-1] if view.history else None
    epoch = min(len(view.history) + (1 if view.status.active else 0), view.epochs)
    left = duration(view.seconds_left) if view.seconds_left is not None else "…"
    seconds = sum(row.seconds for row in view.history)
    time = Metric("Left", left) if view.status.active else Metric("Took", duration(seconds))
    return [
        Metric("Epoch", str(epoch), f"of {view.epochs}"),
        Metric("Validation accuracy", f"{last.val_accuracy:.2%}" if last else "…", kind="hero"),
        Metric("Training loss", f"{latest.loss:.4f}" if latest else "…", kind="more"),
        Metric("Validation loss", f"{last.val_loss:.4f}" if last else "…", kind="more"),
        Metric("Learning rate", f"{latest.learning_rate:.2g}" if latest else "…", kind="more"),
        Metric("Pictures a second", f"{latest.images_per_s:,.0f}" if latest else "…", kind="more"),
        time,
    ]


def progress_words(view: lab.Live) -> str:
    """Where it stands, in a sentence."""
    status = view.status
    if status.state == "queued":
        return view.waiting.sentence if view.waiting else "Starts now."
    if status.state == "done":
        return f"{len(view.history)} epochs done" if view.epochs else "Done; there was no training"
    if status.active and status.phase and status.phase != "training":
        return f"{status.phase[0].upper()}{status.phase[1:]}"
    latest = view.points[-1] if view.points else None
    words = f"Epoch {min(len(view.history) + 1, view.epochs)} of {view.epochs}"
    if latest and status.active:
        words += f", batch {latest.batch} of {latest.batches}"
    if view.seconds_left is not None:
        words += f", about {duration(view.seconds_left)} left"
    return words


def duration(seconds: float) -> str:
    """ "12 s", "2 min 5 s", "1 h 12 min"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
