"""Every figure the sources printed, one row each: measured here, or why not and what would."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnlab import datasets
from cnnlab.comparison import sources
from cnnlab.comparison._metrics import Row, Trained, shown
from cnnlab.comparison._source import PublishedNetwork, Source, Way
from cnnlab.comparison.sources import Reproduction


@dataclass(frozen=True)
class PublishedRow:
    """One published figure and ours beside it.

    Attributes:
        source: Who published it.
        table: The comparison it stands in.
        name: What the source calls the network.
        method: The source's word for how it was made, where the table has several; else "".
        data: The dataset's name.
        published: Test accuracy as printed (0..1); None where the source printed none.
        measured: Ours, of `run` (0..1); None where there is no such run.
        run: Its name; "" where there is none.
        differences: How `run` differs from the source's training.
        protocol: How the source's figures of this table came about.
        reason: Why nothing is measured; "" where something is.
        command: What trains it; "" where it cannot be trained here.
        seconds: About how long that takes; None where nothing tells.
        figures: By heading, the other figures of the row: published and measured.
    """

    source: str
    table: str
    name: str
    method: str
    data: str
    published: float | None
    measured: float | None
    run: str
    differences: tuple[str, ...]
    protocol: tuple[str, ...]
    reason: str
    command: str
    seconds: float | None
    figures: Row

    @property
    def network(self) -> str:
        """Its name, with the method where there is one."""
        return f"{self.name}, {self.method}" if self.method else self.name

    def to_json(self) -> dict[str, Any]:
        """As `sources --json` prints it."""
        return {"network": self.network} | asdict(self)


def published_rows(runs: Sequence[Trained], only: Source | None = None) -> list[PublishedRow]:
    """Every row of every source's comparison, or of one.

    Args:
        runs: Tested runs, as for `sources.reproductions`.
        only: The comparison; None: all of `SOURCES`.
    """
    ordered = sources.whole_first(runs)
    wanted = [only] if only else list(sources.SOURCES)
    return [
        _row(source, network, column, way, ordered)
        for source in wanted
        for network in source.networks
        for column, way in _cells(source, network)
    ]


def _cells(source: Source, network: PublishedNetwork) -> Iterator[tuple[str, Way | None]]:
    """The accuracy columns of a network: one, or those of each method that has a figure."""
    if not source.ways:
        yield "accuracy", None
    for column, way in source.ways.items():
        if column in network.values:
            yield column, way


def _row(
    source: Source,
    network: PublishedNetwork,
    column: str,
    way: Way | None,
    runs: Sequence[Trained],
) -> PublishedRow:
    pair = Reproduction(network, "", {}, ())
    command, seconds, pace = "", None, ""
    if network.architecture:
        pair = sources.reproduction(source, network, runs, way)
        command = sources.command(source, network, way)
        if found := sources.estimate(source, network, way, runs):
            seconds, pace = found.seconds, found.run
    return PublishedRow(
        source=source.source,
        table=source.title,
        name=network.name,
        method=column if way else "",
        data=source.dataset,
        published=network.values.get(column),
        measured=pair.measured.get("accuracy"),
        run=pair.run,
        differences=pair.differs,
        protocol=source.protocol,
        reason="" if pair.run else _reason(source, command, seconds, pace),
        command=command,
        seconds=seconds,
        figures=_figures(source, network, pair, column),
    )


def _reason(source: Source, command: str, seconds: float | None, pace: str) -> str:
    """Why nothing is measured, and what would."""
    if not command:
        return "Not rebuilt here: the source's later READMEs print its size, and no layers of it."
    time = "no run here tells how long it takes"
    if seconds:
        time = f"about {shown('seconds', seconds)}, by the pace of {pace}"
    card = datasets.DATASETS[source.dataset]
    why = "No run of it is here yet."
    if not datasets.available(card.name).ready:
        size = shown("bytes", card.size_bytes)
        why = f"{card.title} is not on this machine: the Datasets page fetches it ({size})."
    return f"{why} Train it: {command} ({time})."


def as_printed(value: float | None) -> str:
    """A share as percent with the digits its source gave it: "94.175 %"."""
    return "" if value is None else f"{round(value * 100, 4):g} %"


def _figures(source: Source, network: PublishedNetwork, pair: Reproduction, column: str) -> Row:
    """The row's other figures; what the source printed in percent is a fraction here."""
    counted = {"params": sources.counted(source, network)} if network.architecture else {}
    ours = counted | {key: value for key, value in pair.measured.items() if value is not None}
    return {
        heading: {"published": network.values.get(key), "measured": ours.get(key)}
        for key, heading, _ in source.columns
        if key not in source.ways and key != column and (key in network.values or key in ours)
    }
