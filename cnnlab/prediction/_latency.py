"""How long one picture takes in LiteRT, here and now; with it goes where and when that was."""

import os
import platform
import statistics
import time
from pathlib import Path

import numpy as np

from cnnlab.prediction._loaded import Trained
from cnnlab.prediction._predict import predict
from cnnlab.schema import Latency

_CALLS = 100  # a round
_ROUNDS = 3
_MOST_S = 3.0  # for a large network fewer calls must do


def latency(run: Trained) -> Latency:
    """Milliseconds for one picture in LiteRT on this machine: median and 95th percentile.

    Whatever else runs on the machine only ever adds time, so the calmest of several rounds counts.

    Raises:
        LabError: the run has no file to ask, or it is damaged.
    """
    picture = np.zeros(run.config.input_shape, "float32")
    predict(run, picture)  # the first call loads the file
    end = time.monotonic() + _MOST_S
    rounds = [_round(run, picture, end)]
    while len(rounds) < _ROUNDS and time.monotonic() < end:
        rounds.append(_round(run, picture, end))
    calmest = min(rounds, key=statistics.median)
    p50, p95 = np.percentile(calmest, (50, 95))
    return Latency(float(p50), float(p95), machine(), time.strftime("%Y-%m-%d"))


def _round(run: Trained, picture: np.ndarray, end: float) -> list[float]:
    """Milliseconds of up to 100 calls, and one at least."""
    taken = [predict(run, picture).latency_ms]
    while len(taken) < _CALLS and time.monotonic() < end:
        taken.append(predict(run, picture).latency_ms)
    return taken


def machine() -> str:
    """Processor and cores: "AMD EPYC, 2 cores"."""
    return f"{processor()}, {os.cpu_count()} cores"


def processor() -> str:
    """The processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [text.partition(":")[2].strip() for text in lines if text.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
