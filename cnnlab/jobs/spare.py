"""A worker that waits with Keras loaded, so that a training starts at once and not in four seconds.

The server keeps one, and whoever drives a study. It is handed runs over a socket, each with its
lock and log, and copies itself for each (`fork`): the copy is a worker like any other and outlives
the server, the waiting one stays for the next run. So many short trainings pay Keras' import once.
It never computes, for TensorFlow's threads do not live on in a copy. Where a loaded TensorFlow
cannot be copied (all but Linux), it becomes the worker itself. It ends with the server.
`CNNLAB_SPARE=0` does without it and saves its memory.
"""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from cnnlab import paths

FLAG, COPIES = "--spare", "--copies"
ENVIRONMENT = {
    # On a GPU each worker takes the memory it needs, not all there is.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "PYTHONUNBUFFERED": "1",
}
REST_S = 60.0
FORKS = sys.platform == "linux"


class Spare:
    """At most one waiting process; all methods are called under the store's lock."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._rest_until = 0.0
        self._used = False

    def keep(self) -> None:
        """Start one, if none waits and the last did not die a minute ago."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            # It died unused, of too little memory perhaps: not again and again.
            self._rest_until = time.monotonic() + REST_S
        self.end()
        if time.monotonic() < self._rest_until:
            return
        # One message, one run: a stream would run two into each other.
        own_end, child_end = socket.socketpair(
            type=socket.SOCK_SEQPACKET if FORKS else socket.SOCK_STREAM
        )
        with child_end:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cnnlab.jobs", FLAG, str(child_end.fileno())]
                + [COPIES] * FORKS,
                cwd=paths.ROOT,
                env={**os.environ, **ENVIRONMENT},
                pass_fds=(child_end.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._line, self._used = own_end, False

    def hand(self, folder: str, lock: int, log: int) -> bool:
        """Give the waiting process a run; whether there was one to take it."""
        if self._process is None or self._line is None or self._process.poll() is not None:
            return False
        try:
            socket.send_fds(self._line, [folder.encode()], [lock, log])
        except OSError:  # it died between the look and the word: start a fresh one instead
            return False
        self._used = True
        if not FORKS:  # it is a worker now; the next is started when there is a free slot
            self.end()
        return True

    def end(self) -> None:
        """Let the waiting process go: it leaves when its line closes, and has read all in it."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            if self._used:
                threading.Thread(target=self._process.wait, daemon=True).start()  # no zombies
            else:
                self._process.kill()
                self._process.wait()
        self._process = self._line = None


def wait_for_run(descriptor: int, copies: bool = False) -> str | None:
    """In the waiting process: the folder of the run to train, once it comes; its lock is held.

    Comes back in the process that is to train: a copy for every run, or this one itself. Output
    goes to the run's log from then on. None: the server has gone.
    """
    with socket.socket(fileno=descriptor) as line:
        if copies:
            _rest()
        while True:
            folder, descriptors, _, _ = socket.recv_fds(line, 4096, 2)
            if not folder:
                return None
            if not copies:
                break
            if not os.fork():
                os.setsid()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                break
            for taken in descriptors:
                os.close(taken)
    lock, log = descriptors
    os.set_inheritable(lock, False)  # a child that outlived this process would keep it held
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    return folder.decode()


def _rest() -> None:
    """What is loaded stays as it is: shared by all copies, and looked at by no collection."""
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a copy: no zombies
