"""Downloads, when the reader asks for one: checked, atomic, and taken up where they stopped."""

import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab import paths
from cnnlab.datasets._card import DATASETS, DatasetCard, RemoteFile
from cnnlab.datasets._find import absent, available, size
from cnnlab.errors import LabError

if TYPE_CHECKING:
    import requests

Progress = Callable[[int, int], None]
CHUNK_BYTES = 1 << 18


def fetch(name: str, progress: Progress | None = None) -> Path:
    """Downloads a dataset's official files into the data folder, unless it is ready.

    Args:
        name: A dataset with official files.
        progress: Called with (bytes so far, bytes in all) while it runs; what it raises stops
            the download, which can be taken up again later.

    Returns:
        The folder the dataset can be read from.

    Raises:
        LabError: no network, no room, a wrong checksum: one sentence with the way out.
    """
    card = DATASETS[name]
    state = available(name)
    if state.folder is not None:
        return state.folder
    if not card.files:
        raise LabError(state.sentence)
    done = 0
    for file in card.files:
        _fetch_file(card, file, _shifted(progress, done, card.size_bytes))
        done += file.size_bytes
    return paths.data_dir()


def _shifted(progress: Progress | None, done: int, total: int) -> Callable[[int], None]:
    """One file's progress as progress of the whole dataset."""
    return lambda received: progress(min(done + received, total), total) if progress else None


def _fetch_file(card: DatasetCard, file: RemoteFile, report: Callable[[int], None]) -> None:
    """One official file, moved into place only after its checksum agreed."""
    import pooch  # brings the HTTP client: only a download needs it
    import requests

    target = paths.data_dir() / file.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(
            file.address,
            known_hash=file.checksum,
            fname=target.name,
            path=target.parent,
            downloader=_Resuming(target.with_name(target.name + ".part"), report),
        )
        if file.unpack:
            _keep(target, file.unpack)
    except requests.RequestException as error:
        raise LabError(f"The download failed ({_reason(error)}). {absent(card)}") from error
    except ValueError as error:
        raise LabError(
            f"{file.address} delivered a file whose checksum is wrong, so it was thrown away; "
            f"try again later, or put the right {file.name} into {paths.data_dir()}."
        ) from error
    except OSError as error:
        raise LabError(
            f"{paths.data_dir()} cannot take {size(card)} ({error.strerror or error}): free some "
            "space or set CNNLAB_DATA to another folder."
        ) from error


def _keep(archive: Path, members: tuple[str, ...]) -> None:
    """Unpacks the named members beside the archive, each moved into place whole; drops the rest."""
    with tarfile.open(archive) as opened:
        for name in members:
            target = archive.parent / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            source = opened.extractfile(name)
            if source is None:
                raise OSError(f"{name} in {archive.name} is no file")
            with source, open(part, "wb") as copy:
                shutil.copyfileobj(source, copy, CHUNK_BYTES)
            os.replace(part, target)
    archive.unlink()


def _reason(error: Exception) -> str:
    """A network failure in two words; the library's own text is a page long."""
    response = getattr(error, "response", None)
    return f"the server answered {response.status_code}" if response is not None else "no network"


class _Resuming:
    """A downloader for pooch that keeps what has arrived and asks for the rest next time."""

    def __init__(self, part: Path, report: Callable[[int], None]) -> None:
        self._part = part
        self._report = report

    def __call__(self, url: str, output_file: str, pooch: object, check_only: bool = False) -> None:
        import requests

        start = self._part.stat().st_size if self._part.exists() else 0
        headers = {"Range": f"bytes={start}-"} if start else {}
        with requests.get(url, headers=headers, stream=True, timeout=30) as response:
            if response.status_code != 416:  # 416: the part is complete already
                response.raise_for_status()
                self._receive(response, start if response.status_code == 206 else 0)
        os.replace(self._part, output_file)

    def _receive(self, response: "requests.Response", start: int) -> None:
        received = start
        with open(self._part, "ab" if start else "wb") as handle:
            for chunk in response.iter_content(CHUNK_BYTES):
                handle.write(chunk)
                received += len(chunk)
                self._report(received)
