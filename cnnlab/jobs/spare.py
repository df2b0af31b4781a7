"""A worker that waits with Keras loaded, so that a training starts in one second instead of four.

The server keeps one while a slot is free. It is handed a run over a socket, with the run's lock
and log; from then on it is a worker like any other and outlives the server. Unused, it ends
with the server. `CNNLAB_SPARE=0` does without it and saves its memory.
"""

import os
import socket
import subprocess
import sys
import time

from cnnlab import paths

FLAG = "--spare"
ENVIRONMENT = {
    # On a GPU each worker takes the memory it needs, not all there is.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "PYTHONUNBUFFERED": "1",
}
REST_S = 60.0


class Spare:
    """At most one waiting process; all methods are called under the store's lock."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._rest_until = 0.0

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
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cnnlab.jobs", FLAG, str(theirs.fileno())],
                cwd=paths.ROOT,
                env={**os.environ, **ENVIRONMENT},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._line = ours

    def hand(self, folder: str, lock: int, log: int) -> subprocess.Popen[bytes] | None:
        """Give the waiting process a run; the process, or None when none waits."""
        if self._process is None or self._line is None or self._process.poll() is not None:
            return None
        process, line = self._process, self._line
        self._process = self._line = None
        with line:
            try:
                socket.send_fds(line, [folder.encode()], [lock, log])
            except OSError:  # it died between the look and the word: start a fresh one instead
                return None
        return process

    def end(self) -> None:
        """Let the waiting process go: it leaves when its line closes."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None


def wait_for_run(descriptor: int) -> tuple[str, int] | None:
    """In the waiting process: the folder and the lock of the run to train, once they come.

    Output goes to the run's log from then on. None: the server has gone.
    """
    with socket.socket(fileno=descriptor) as line:
        folder, descriptors, _, _ = socket.recv_fds(line, 4096, 2)
    if not folder:
        return None
    lock, log = descriptors
    os.set_inheritable(lock, False)  # a child that outlived this process would keep it held
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    return folder.decode(), lock
