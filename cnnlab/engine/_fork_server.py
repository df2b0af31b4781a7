"""The server's side of the engine's processes: how they start, are spoken to and are ended.

The fork server is `python -m cnnlab.engine`: it loads Keras, computes nothing and copies itself
when asked (`fork`). Why a process of its own and no `multiprocessing`: that would run the
server's main script again, and here a copy starts in hundredths of a second, Keras and all.
Systems where a loaded TensorFlow cannot be copied (all but Linux) start a process for each lane.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict

from cnnlab import paths
from cnnlab.engine._memory import oom_kills
from cnnlab.engine._pipe import receive, send
from cnnlab.question import Lane

FORKS = sys.platform == "linux"


class ProcessDied(Exception):  # noqa: N818 - reads as what happened
    """A process of the engine is gone: `status` is negative for a signal, else its exit code."""

    def __init__(self, status: int = 0, out_of_memory: bool = False) -> None:
        super().__init__(status, out_of_memory)
        self.status = status
        self.out_of_memory = out_of_memory


class EngineProcess:
    """One computing process, and the pipe to it."""

    def __init__(self, fork_server: "ForkServer", pipe: socket.socket, pid: int) -> None:
        self.pid = pid
        self._fork_server = fork_server
        self._pipe = pipe
        self._oom_kills = oom_kills()
        self._ending = threading.Lock()
        self._terminated = False

    def send(self, content: bytes) -> None:
        """Hand over a question; raises `ProcessDied`."""
        with self._reporting_death():
            send(self._pipe, content)

    def replied(self, within_s: float) -> bool:
        """Whether a reply, or the process' end, is there to be read."""
        return bool(select.select([self._pipe], [], [], within_s)[0])

    def receive(self) -> bytes:
        """The reply; raises `ProcessDied`."""
        with self._reporting_death():
            return receive(self._pipe)

    def kill(self) -> None:
        """End the process at once; may be called by any thread."""
        with self._ending:
            if not self._terminated:  # its number is its own until then
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> int:
        """End the process, and give back what the system keeps of it; how it ended."""
        self.kill()
        self._pipe.close()
        with self._ending:
            self._terminated = True
            return self._fork_server.status_of(self.pid)

    @contextlib.contextmanager
    def _reporting_death(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError):
            status = self.terminate()
            out_of_memory = status == -signal.SIGKILL and oom_kills() > self._oom_kills
            raise ProcessDied(status, out_of_memory) from None


class ForkServer:
    """Where computing processes come from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._own: dict[int, subprocess.Popen[bytes]] = {}

    def process(self, lane: Lane) -> EngineProcess:
        """A fresh process for a lane, as soon as Keras is loaded; raises `ProcessDied`."""
        own_end, child_end = socket.socketpair()
        with child_end, self._lock:
            pid = self._forked(lane, child_end) if FORKS else self._spawned(lane, child_end)
        return EngineProcess(self, own_end, pid)

    def status_of(self, pid: int) -> int:
        """Wait for a process that has ended: its exit code, or minus the signal; 0: unknown."""
        with self._lock:
            if pid in self._own:
                return self._own.pop(pid).wait()
            try:
                return self._request({"wait": pid}) if self._control else 0
            except ProcessDied:
                return 0

    def close(self) -> None:
        """End the process that holds Keras; it is started anew when it is wanted."""
        process = self._process
        if process:
            process.kill()
            process.wait()

    def _forked(self, lane: Lane, pipe: socket.socket) -> int:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._start()
        return self._request({"fork": asdict(lane)}, pipe)

    def _spawned(self, lane: Lane, pipe: socket.socket) -> int:
        process = _python(pipe, json.dumps(asdict(lane)))
        self._own[process.pid] = process
        return process.pid

    def _start(self) -> None:
        if self._control:
            self._control.close()
        own_end, child_end = socket.socketpair()
        with child_end:
            self._process, self._control = _python(child_end), own_end

    def _request(self, request: dict[str, object], pipe: socket.socket | None = None) -> int:
        """Ask the fork server for something; the number it answers."""
        assert self._control
        content = json.dumps(request).encode()
        try:
            fds = [pipe.fileno()] if pipe else []
            socket.send_fds(self._control, [len(content).to_bytes(8, "big")], fds)
            self._control.sendall(content)
            return int(receive(self._control))
        except (EOFError, OSError):
            self._control.close()
            self._control = None
            raise ProcessDied(self._process.wait() if self._process else 0) from None


def _python(pipe: socket.socket, *words: str) -> "subprocess.Popen[bytes]":
    """The engine's own program, with its end of a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "cnnlab.engine", str(pipe.fileno()), *words],
        env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
        stdin=subprocess.DEVNULL,
        pass_fds=(pipe.fileno(),),
    )
