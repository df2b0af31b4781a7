"""Which runs may be compared: the same test pictures, shown in the same way."""

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from cnnlab.comparison._metrics import COSTS, Row, Trained, gzip_bytes, metrics_row, mixed_latencies
from cnnlab.comparison._pareto import front
from cnnlab.comparison._settings import Setting, settings
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError


@dataclass(frozen=True)
class Group:
    """Runs that may be compared. `apart` says why not with the first group; () for itself."""

    title: str
    rows: tuple[Row, ...]
    settings: tuple[Setting, ...]
    apart: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The runs' names, in the order they were chosen."""
        return [row["run"] for row in self.rows]


@dataclass(frozen=True)
class Comparison:
    """Groups of comparable runs, the largest first; `failed` names runs nobody can read."""

    groups: tuple[Group, ...]
    failed: Mapping[str, str]

    @property
    def rows(self) -> list[Row]:
        """Every readable run's row, group after group."""
        return [row for group in self.groups for row in group.rows]

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`: rows, reasons, settings and fronts, group by group."""
        return {
            "groups": [
                {
                    "title": group.title,
                    "apart": list(group.apart),
                    "runs": list(group.rows),
                    "mixed_latencies": mixed_latencies(group.rows),
                    "settings": [asdict(setting) for setting in group.settings],
                    "front": {cost: front(group.rows, cost) for cost in COSTS},
                }
                for group in self.groups
            ],
            "failed": dict(self.failed),
        }


def compare(runs: Sequence[Trained]) -> Comparison:
    """Runs, in the order to show, in groups that may be compared, with figures and settings."""
    _measure_files(runs)
    rows, failed = {}, {}
    for run in runs:
        try:
            rows[run.name] = metrics_row(run)
        except LabError as error:
            failed[run.name] = str(error)
    members = _grouped(list(rows.values()))
    by_name = {run.name: run for run in runs}
    return Comparison(
        tuple(
            Group(
                _title(group),
                tuple(group),
                settings([by_name[row["run"]] for row in group]),
                () if number == 0 else reasons(members[0], group[0]),
            )
            for number, group in enumerate(members)
        ),
        failed,
    )


def _measure_files(runs: Sequence[Trained]) -> None:
    """Packing is what takes time where no run recorded it, and it leaves Python: on all cores."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(_measure_file, runs))


def _measure_file(run: Trained) -> None:
    with contextlib.suppress(LabError):  # its row says what is wrong with it
        if run.metrics.gzip_bytes is None:
            gzip_bytes(run.tflite_file)


def _grouped(rows: list[Row]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    # The tested ones first, for they know more of their data than those still at it.
    for row in sorted(rows, key=lambda row: row["test_count"] is None):
        home = next((group for group in groups if not reasons(group, row)), None)
        if home is None:
            groups.append([row])
        else:
            home.append(row)
    order = [row["run"] for row in rows]
    for group in groups:
        group.sort(key=lambda row: order.index(row["run"]))
    return sorted(groups, key=lambda group: (-len(group), order.index(group[0]["run"])))


def reasons(group: Sequence[Row], row: Row) -> tuple[str, ...]:
    """Why `row` may not be compared with the runs of `group`; empty when it may.

    What a run does not record (one still training knows no test pictures) counts as no reason.
    """
    here = {key: _first(group, key) for key in _WORDS}
    if None not in (here["fingerprint"], row["fingerprint"]):
        here["variant"] = row["variant"]  # the fingerprint is the stronger word
    return tuple(
        words(here[key], row[key])
        for key, words in _WORDS.items()
        if None not in (here[key], row[key]) and here[key] != row[key]
    )[: 1 if here["dataset"] != row["dataset"] else None]


def _first(group: Sequence[Row], key: str) -> Any:
    return next((row[key] for row in group if row[key] is not None), None)


_WORDS = {
    "dataset": lambda here, there: (
        f"it learned and was tested on {_name(there)}, not on {_name(here)}"
    ),
    "variant": lambda here, there: f"it was tested on {there}, not on {here}",
    "fingerprint": lambda here, there: (
        f"its copy of the data is another one (fingerprint {there[:8]}, not {here[:8]})"
    ),
    "test_count": lambda here, there: f"it was tested on {there:,} pictures, not on {here:,}",
    "labels": lambda here, there: f"it tells {len(there)} other classes apart",
    "preparation": lambda here, there: f'its pictures are prepared as "{there}", not as "{here}"',
}


def _name(dataset: str) -> str:
    return DATASETS[dataset].title if dataset in DATASETS else dataset


def _title(rows: Sequence[Row]) -> str:
    """The test pictures in the form they were read in: a JPEG copy is named as such."""
    name = _first(rows, "variant") or _name(rows[0]["dataset"])
    count = _first(rows, "test_count")
    return f"{name}, {count:,} test pictures" if count else f"{name}, not tested yet"
