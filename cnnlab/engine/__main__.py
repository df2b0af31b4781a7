"""The engine's own processes: `python -m cnnlab.engine FD [LANE]`, started by `_fork_server`.

The first loads Keras and copies itself for each lane; a copy answers one question after the
other. Each leaves with the one that started it, however that went.
"""

import contextlib
import gc
import importlib
import json
import logging
import os
import pickle
import signal
import socket
import sys
import threading
import time
import traceback

from cnnlab import paths, progress
from cnnlab.engine._memory import limit_memory
from cnnlab.engine._pipe import ANSWER, NEWS, receive, send
from cnnlab.errors import LabError
from cnnlab.question import Lane
from cnnlab.terminal import silence_chatter

NICENESS = 5  # the pages come first
# What questions import, so that a fresh copy has it already.
ROOMS = ("summary", "evaluation.report", "visualization", "compression", "export", "importing")
SHORT = (
    "The memory of the machine, or what a file from outside may take of it, was not enough for "
    "this: wait for trainings to end, or choose a smaller network."
)


def main(fd: int, lane: str = "") -> None:
    """Load Keras; then answer for `lane` (a `Lane` as JSON), or make a copy for each asked for."""
    # Ctrl-C in the server's terminal reaches its whole group: the server ends us itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    pipe = socket.socket(fileno=fd)
    if lane:
        _exit_with_parent(os.getppid())
    _load_keras()
    if lane:
        serve(pipe, Lane(**json.loads(lane)))
    else:
        fork_on_request(pipe)


def _load_keras() -> None:
    silence_chatter()
    importlib.import_module("keras")
    for room in ROOMS:
        importlib.import_module(f"cnnlab.{room}")
    # Every opened model is traced anew, which TensorFlow takes for a mistake and says so.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # Keras' 350,000 objects stay: looked at by no garbage collection, a network builds faster.
    # So does one that is not looked through at every 700th new object of its own. And pages of
    # memory that nobody writes to are shared by all copies.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def fork_on_request(control: socket.socket) -> None:
    """Make a copy of this process, or say how one ended, whenever the server asks.

    Nothing may be computed here: TensorFlow's threads, once started, do not live on in a copy.
    """
    with contextlib.suppress(EOFError, OSError):
        while True:
            size, fds, _, _ = socket.recv_fds(control, 8, 1)
            if len(size) < 8:
                return
            request = json.loads(control.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
            if "wait" in request:
                status = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
                send(control, str(status).encode())
                continue
            pid = os.fork()
            if not pid:
                control.close()
                _exit_with_parent(os.getppid())
                serve(socket.socket(fileno=fds[0]), Lane(**request["fork"]))
            os.close(fds[0])
            send(control, str(pid).encode())


def _exit_with_parent(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def serve(pipe: socket.socket, lane: Lane) -> None:
    """Answer questions until the other side is gone; never returns."""
    os.nice(lane.niceness)
    if lane.memory_bytes:
        limit_memory(lane.memory_bytes)
    try:
        with progress.heard_by(lambda now: send(pipe, NEWS + pickle.dumps(now))):
            while True:
                send(pipe, ANSWER + reply(receive(pipe)))
    except (EOFError, OSError):
        os._exit(0)


def reply(content: bytes) -> bytes:
    """What a question answers: pickled, (True, answer) or (False, what it raised).

    It comes pickled with the places of runs and data that are the asker's.
    """
    try:
        places, question = pickle.loads(content)
        paths.use(places)
        return pickle.dumps((True, question.answer()))
    except MemoryError:
        return pickle.dumps((False, LabError(SHORT)))
    except BaseException as error:  # noqa: BLE001 - the last door: it goes to who asked
        return _failed(error)


def _failed(error: BaseException) -> bytes:
    if type(error).__name__ == "ResourceExhaustedError":  # TensorFlow's own word for it
        return pickle.dumps((False, LabError(SHORT)))
    trace = "".join(traceback.format_exception(error))
    if not isinstance(error, LabError):
        error.add_note(f"In the engine:\n{trace}")
    try:
        content = pickle.dumps((False, error))
        pickle.loads(content)
    except (pickle.PickleError, TypeError, AttributeError, ValueError):
        return pickle.dumps((False, RuntimeError(trace)))
    return content


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
