"""What a disk refuses, in one sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnlab.errors import LabError

_DISK_SENTENCES = {
    errno.ENOSPC: "The disk that holds {place} is full: free some space (old runs, caches)",
    errno.EDQUOT: "Your disk quota for {place} is used up: free some space",
    errno.EROFS: "{place} lies on a read-only disk: make it writable",
    errno.EACCES: "{place} may not be written by this user: change its permissions",
    errno.EPERM: "{place} may not be written by this user: change its permissions",
    errno.ENOTDIR: "{place} is not a folder, or a file stands in its way: move that file away",
    errno.EEXIST: "{place} is not a folder, or a file stands in its way: move that file away",
    errno.EISDIR: "{place} holds a folder where a file belongs: move that folder away",
    errno.ELOOP: "{place} holds a link that leads to itself: delete that link",
    errno.EFBIG: "A file in {place} reached the size limit set for this process: raise the limit",
}


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn the disk's usual refusals inside the block into one `LabError` sentence."""
    try:
        yield
    except OSError as error:
        sentence = explain_disk(error, place)
        if sentence is None:
            raise
        raise LabError(sentence) from error


def explain_disk(error: OSError, place: Path) -> str | None:
    """The sentence for a full, read-only or forbidden disk; None for any other failure."""
    sentence = _DISK_SENTENCES.get(error.errno or 0)
    if sentence is None:
        return None
    return sentence.format(place=place) + ", or choose another folder with CNNLAB_RUNS."
