"""Counts and sizes as people read them."""


def count(number: int) -> str:
    """ "591,786", or from ten million on "18.9 M", "5.71 G"."""
    if number < 10_000_000:
        return f"{number:,}"
    if number < 1_000_000_000:
        return f"{number / 1e6:,.1f} M"
    return f"{number / 1e9:,.2f} G"


def size(size_bytes: int) -> str:
    """ "912 B", "13.4 KiB", "72.1 MiB"."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024**2:
        return f"{size_bytes / 1024:,.1f} KiB"
    return f"{size_bytes / 1024**2:,.1f} MiB"


def shape(numbers: tuple[int, ...]) -> str:
    """ "28×28×1"."""
    return "×".join(map(str, numbers))
