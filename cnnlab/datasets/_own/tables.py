"""Labels from a table: labels.csv, train.csv, metadata.csv, with or without a header."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from cnnlab.datasets._own import contents, roles
from cnnlab.datasets._own.sources import File
from cnnlab.errors import DAMAGED, reason

KINDS = (".csv", ".tsv", ".txt", ".tab")
MAX_TABLE_BYTES = 20 * 2**20
MAX_ROWS = 200_000
MAX_CLASSES = 200


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Headers of the column that holds the class, the best first; letters and digits alone.
LABELS = _words(
    "label labels class classes classname classlabel category categories categoryname target "
    "species breed dx diagnosis tag tags emotion labelname name type group y truth groundtruth "
    "classid labelid categoryid classidx klasse etikett kategorie"
)
SPLITS = _words("split splits set subset usage partition dataset phase stage part")


@dataclass(frozen=True)
class Read:
    """What a table says: the label of each picture, by its path, and the part where it says so.

    `name` is the table's own; `double` counts pictures with several labels, which have none.
    """

    name: str
    labels: dict[tuple[str, ...], str]
    parts: dict[tuple[str, ...], str] = field(default_factory=dict)
    double: int = 0


def read_tables(files: Iterable[File], pictures: list[File]) -> tuple[list[Read], list[str]]:
    """Every table that names pictures and their classes, the one that names most first; and a
    sentence on each that is damaged.
    """
    index, found, notes = _Index(pictures), [], []
    for file in filter(_may_be_table, files):
        try:
            rows = _rows(_text(file.store.read(file.key, MAX_TABLE_BYTES)))
        except (*DAMAGED, csv.Error) as error:
            notes.append(f"{'/'.join(file.path)} cannot be read as a table ({reason(error)}).")
            continue
        if table := _read(file, rows, index):
            found.append(table)
    return sorted(found, key=lambda table: -len(table.labels)), notes


def _may_be_table(file: File) -> bool:
    """Whether a file may hold labels; a sample submission holds made-up ones."""
    name = file.path[-1].lower()
    return (
        contents.suffix(name) in KINDS
        and 0 < file.size_bytes <= MAX_TABLE_BYTES
        and "submission" not in name
        and not name.startswith(("readme", "license"))
    )


class _Index:
    """Pictures by the ways a table may name them: path or part of it, with or without ending."""

    def __init__(self, pictures: list[File]) -> None:
        self._found: dict[str, list[File]] = {}
        self._numbers: dict[int, list[File]] = {}
        for file in pictures:
            for name in _names(file.path):
                self._found.setdefault(name, []).append(file)
            stem = _stem(file.path[-1])
            if stem.isdecimal():
                self._numbers.setdefault(int(stem), []).append(file)

    def find(self, cell: str, folder: tuple[str, ...], part: str) -> File | None:
        """The picture a cell names; of several, the one near the table or in its part."""
        found = self._candidates(cell)
        if len(found) > 1:
            found = [f for f in found if f.path[: len(folder)] == folder] or found
        if len(found) > 1:
            found = [f for f in found if _part_of(f.path) == (part or roles.TRAIN)] or [
                f for f in found if _part_of(f.path) in ("", part)
            ]
        return found[0] if len(found) == 1 else None

    def _candidates(self, cell: str) -> list[File]:
        parts = [part for part in _plain(cell).split("/") if part not in ("", ".")]
        for start in range(len(parts)):
            if found := self._found.get("/".join(parts[start:])):
                return found
        if len(parts) == 1 and parts[0].isdecimal():
            return self._numbers.get(int(parts[0]), [])
        return []


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip().replace("\\", "/")).casefold()


def _stem(name: str) -> str:
    """A file's name without its ending, where the ending is that of a picture."""
    return name.rpartition(".")[0] if contents.suffix(name) in contents.SUFFIXES else name


def _names(path: tuple[str, ...]) -> set[str]:
    ends = {"/".join(path[start:]) for start in range(len(path))}
    bare = (*path[:-1], _stem(path[-1]))
    return {_plain(end) for end in ends | {"/".join(bare[start:]) for start in range(len(bare))}}


def _part_of(path: tuple[str, ...]) -> str:
    found = [role for role, rest in map(roles.read_role, path[:-1]) if role and not rest]
    return found[-1] if found else ""


def _read(file: File, rows: list[list[str]], index: _Index) -> Read | None:
    """What one table says; None if it names no pictures or no classes."""
    if len(rows) < 2:
        return None
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    folder, part = file.path[:-1], roles.read_role(file.path[-1].rpartition(".")[0])[0]
    named = [[index.find(row[column], folder, part) for row in rows] for column in range(width)]
    column = max(range(width), key=lambda c: len({one.path for one in named[c] if one}))
    pictures = named[column]
    if sum(one is not None for one in pictures) < max(2, len(rows) // 20):
        return None
    header = rows[0] if pictures[0] is None else []
    if header:
        rows, pictures = rows[1:], pictures[1:]
    others = [c for c in range(width) if c != column]
    labels = _labels(header, rows, others)
    if labels is None:
        return None
    return _gathered("/".join(file.path), pictures, labels, _splits(header, rows, others, part))


def _gathered(name: str, pictures: list[File | None], labels: list[str], parts: list[str]) -> Read:
    found_labels: dict[tuple[str, ...], set[str]] = {}
    of: dict[tuple[str, ...], str] = {}
    for picture, label, part in zip(pictures, labels, parts, strict=True):
        if picture is not None and label:
            found_labels.setdefault(picture.path, set()).add(label)
            of[picture.path] = part
    clear = {path: next(iter(found)) for path, found in found_labels.items() if len(found) == 1}
    double = len(found_labels) - len(clear)
    return Read(name, clear, {path: of[path] for path in clear if of[path]}, double)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> list[list[str]]:
    """The table's rows, split by what separates most evenly: comma, semicolon, tab, bar, space."""
    lines = [line for line in text.splitlines() if line.strip()][:MAX_ROWS]
    if lines and (declared := re.fullmatch(r"sep=(.)", lines[0].strip())):  # Excel's own first line
        return _split(lines[1:], declared[1])
    best, score = "", 0.0
    for separator in ",;\t|":
        counts = [len(row) for row in _split(lines[:20], separator)]
        even = counts.count(max(set(counts), key=counts.count)) / len(counts) if counts else 0
        if counts and max(set(counts), key=counts.count) > 1 and even > score:
            best, score = separator, even
    if best:
        return _split(lines, best)
    return [line.split() for line in lines]


def _split(lines: list[str], separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True)
    return [[cell.strip() for cell in row] for row in reader]


def _word(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.casefold())


def _labels(header: list[str], rows: list[list[str]], others: list[int]) -> list[str] | None:
    """The class each row names; None if no column looks like one."""
    words = {column: _word(header[column]) for column in others} if header else {}
    known = [c for name in LABELS for c in others if words.get(c) == name and _repeats(rows, c)]
    if not known and header and (hot := _one_hot(header, rows, others)):
        return hot
    splits = [c for c in others if _is_split(rows, c)]
    guessed = [c for c in others if c not in splits and _repeats(rows, c)]
    columns = known[:1] or sorted(guessed, key=lambda c: _numeric(rows, c))[:1]
    if not columns:
        return None
    return [row[_in_words(rows, columns[0], known or guessed)] for row in rows]


def _repeats(rows: list[list[str]], column: int) -> bool:
    """Whether a column's values come again and again, as classes do."""
    values = [row[column] for row in rows if row[column]]
    return len(values) > 1 and 1 <= len(set(values)) <= min(MAX_CLASSES, max(2, len(values) // 2))


def _numeric(rows: list[list[str]], column: int) -> bool:
    return all(re.fullmatch(r"-?\d+(\.\d+)?|", row[column]) for row in rows)


def _in_words(rows: list[list[str]], column: int, others: list[int]) -> int:
    """A column that says the same as this one in words, where this one says it in numbers."""
    if not _numeric(rows, column):
        return column
    for other in others:
        pairs = {(row[column], row[other]) for row in rows}
        one_to_one = len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
        if not _numeric(rows, other) and one_to_one:
            return other
    return column


def _one_hot(header: list[str], rows: list[list[str]], others: list[int]) -> list[str] | None:
    """Classes from columns of zeros and a one; a row with none or several has no class."""
    flags = {"0": 0, "0.0": 0, "false": 0, "": 0, "1": 1, "1.0": 1, "true": 1}
    columns = [c for c in others if header[c] and all(row[c].lower() in flags for row in rows)]
    columns = [c for c in columns if any(flags[row[c].lower()] for row in rows)]
    if len(columns) < 2:
        return None
    labels = []
    for row in rows:
        hot = [header[c] for c in columns if flags[row[c].lower()]]
        labels.append(hot[0] if len(hot) == 1 else "")
    return labels


def _is_split(rows: list[list[str]], column: int) -> bool:
    """Whether a column says train, validation or test in every row."""
    return all(roles.read_role(row[column])[0] for row in rows)


def _splits(header: list[str], rows: list[list[str]], others: list[int], part: str) -> list[str]:
    """The part of each row: from a column that says it, else the one in the table's name."""
    for column in others:
        named = not header or _word(header[column]) in SPLITS
        if named and _is_split(rows, column):
            return [roles.read_role(row[column])[0] for row in rows]
    return [part if part != roles.UNLABELED else ""] * len(rows)
