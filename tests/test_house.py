"""The rules of the house that a machine can check: storeys, Keras, Streamlit, sizes, doors."""

import ast
import configparser
import io
import os
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from cnnlab import paths

# A room may import rooms of lower storeys only; neighbors never import each other.
STOREYS = (
    ("errors", "markdown", "terminal", "paths", "memory", "progress", "uploads"),
    ("schema", "litert_graph", "qr"),
    ("registry", "question", "images", "keras_graph", "integer"),
    (
        "architectures",
        "datasets",
        "augmentation",
        "optimizers",
        "losses",
        "schedules",
        "boards",
        "compression_kinds",
    ),
    ("flaws",),
    ("repairs",),
    ("recipe", "summary", "comparison", "runs", "glossary"),
    ("plots",),
    ("prediction", "rooms"),
    ("training", "evaluation", "visualization"),
    ("export", "robustness"),
    ("compression", "importing", "surgery", "clinic"),
    ("engine", "jobs", "shipping"),
    ("studies",),
    ("lab", "api", "benchmarks"),
    ("lessons",),
    ("commands",),
    ("__main__",),
)
STOREY = {room: number for number, rooms in enumerate(STOREYS) for room in rooms}
KERAS_ROOMS = {
    "keras_graph",
    "architectures",
    "optimizers",
    "losses",
    "summary",
    "training",
    "evaluation",
    "visualization",
    "compression",
    "export",
    "importing",
    "jobs",  # its worker; that the server's side stays free of Keras is tested below
    "benchmarks",
}
MOST_LINES = 300


# Many rules look at the same files: each is read as Python once.
parsed = cache(ast.parse)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Everything there is in a file."""
    return tuple(ast.walk(parsed(source)))


@cache
def imports(source: str) -> tuple[str, ...]:
    """Every module a file imports when it runs, function bodies included, as dotted names.

    `from cnnlab import runs` gives "cnnlab.runs"; imports for type checkers only are left out.
    """
    return tuple(_imports(source))


def _imports(source: str) -> Iterator[str]:
    waiting: list[ast.AST] = list(parsed(source).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the storey"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            waiting += ast.iter_child_nodes(node)


@pytest.fixture(scope="module", autouse=True)
def _trees_go_with_the_module() -> Iterator[None]:
    """A hundred megabytes that no other test looks at."""
    yield
    for kept in (parsed, nodes, imports):
        kept.cache_clear()


def room_of(path: Path) -> str:
    """The room a file of `cnnlab/` belongs to: its package, or itself."""
    inside = path.relative_to(paths.ROOT / "cnnlab")
    return inside.parts[0].removesuffix(".py")


def upstairs(room: str, source: str) -> list[str]:
    """Imports of `source`, a file of `room`, that do not go downstairs."""
    wrong = []
    for name in imports(source):
        first, _, rest = name.partition(".")
        other = rest.split(".")[0]
        if first == "cnnlab" and other != room and STOREY.get(other, -1) >= STOREY[room]:
            wrong.append(name)
    return wrong


def files(*folders: str) -> list[Path]:
    """All Python files below these folders."""
    return sorted(path for folder in folders for path in (paths.ROOT / folder).rglob("*.py"))


PAGES = files("pages")
CORE = [path for path in files("cnnlab") if path != paths.ROOT / "cnnlab" / "__init__.py"]


def violations(of: list[Path], rule: Callable[[Path], object]) -> dict[str, object]:
    """What breaks `rule`, by file: empty in a tidy house."""
    found = {str(path.relative_to(paths.ROOT)): rule(path) for path in of}
    return {name: wrong for name, wrong in found.items() if wrong}


def packages(path: Path) -> set[str]:
    """Top-level packages a file imports."""
    return {module.split(".")[0] for module in imports(path.read_text())}


def test_every_room_has_a_storey():
    assert {room_of(path) for path in CORE} <= set(STOREY)


def test_imports_go_downstairs_only():
    assert not violations(CORE, lambda path: upstairs(room_of(path), path.read_text()))


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("runs", "from cnnlab import jobs"),
        ("runs", "import cnnlab.lab"),
        ("datasets", "from cnnlab.architectures import build"),  # a neighbor
        ("plots", "def draw():\n    from cnnlab.prediction import board"),  # hidden in a function
        ("training", "try:\n    from cnnlab.jobs.spare import Spare\nfinally:\n    pass"),
    ],
)
def test_a_planted_violation_is_caught(room, source):
    assert upstairs(room, source)


def test_imports_within_a_room_downstairs_and_for_type_checkers_are_fine():
    source = (
        "from typing import TYPE_CHECKING\n"
        "from cnnlab import paths\nfrom cnnlab.runs.files import read_json\n"
        "if TYPE_CHECKING:\n    from cnnlab.jobs import dispatch\n"
    )
    assert upstairs("runs", source) == []


def test_streamlit_stays_out_of_the_core():
    assert not violations(CORE, lambda path: packages(path) & {"streamlit"})


def test_keras_stays_in_its_rooms():
    light = [path for path in CORE if room_of(path) not in KERAS_ROOMS]
    assert not violations(light, lambda path: packages(path) & {"keras", "tensorflow"})


def foreign_parts(page: str, source: str) -> list[str]:
    """What `source`, a file of `page` or of its parts, imports of other pages or their parts."""
    mine = (f"pages.parts.{page}.", "pages.parts.shared.")
    return [m for m in imports(source) if m.startswith("pages") and not m.startswith(mine)]


def page_of(path: Path) -> str:
    """The page a file belongs to: its own name, or that of its folder of parts."""
    inside = path.relative_to(paths.ROOT / "pages")
    return inside.parts[1] if inside.parts[0] == "parts" else inside.stem


def test_pages_import_streamlit_the_lab_and_their_own_parts_alone():
    allowed = {"streamlit", "cnnlab", "pages", *sys.stdlib_module_names}
    assert not violations(PAGES, lambda path: packages(path) - allowed)
    assert not violations(PAGES, lambda path: foreign_parts(page_of(path), path.read_text()))


def test_pages_name_no_package_that_computes_not_even_for_the_type_check():
    computing = re.compile(r"^\s*(import|from) (numpy|pandas|keras|tensorflow)\b", re.MULTILINE)
    assert not violations(PAGES, lambda path: computing.findall(path.read_text()))


def test_a_folder_of_parts_belongs_to_a_page_or_to_all():
    names = {path.stem for path in (paths.ROOT / "pages").glob("*.py")}
    assert {page_of(path) for path in PAGES} <= {*names, "shared"}


@pytest.mark.parametrize(
    ("page", "source"),
    [
        ("train", "from pages import home"),
        ("train", "from pages.parts.home.cards import show"),
        ("shared", "from pages.parts.train import watch"),
        ("train", "def draw():\n    import pages.parts.compare.runs"),  # hidden in a function
    ],
)
def test_a_planted_part_of_another_page_is_caught(page, source):
    assert foreign_parts(page, source)


SKIPPED_AT_MOST, IGNORED_AT_MOST = 10, 30
TYPED = [*CORE, *PAGES, paths.ROOT / "app.py", paths.ROOT / "cnnlab" / "__init__.py"]


def ignored_types(source: str) -> list[str]:
    """Every comment that keeps the type checker from looking at a line."""
    if "type:" not in source:  # most files: nothing to cut into tokens
        return []
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        t.string for t in tokens if t.type == tokenize.COMMENT and re.match(r"# *type:", t.string)
    ]


def test_few_lines_are_kept_from_the_type_checker_and_each_says_why():
    found = [comment for path in TYPED for comment in ignored_types(path.read_text())]
    assert len(found) <= IGNORED_AT_MOST
    for comment in found:
        assert re.fullmatch(r"# type: ignore\[[a-z, -]+\]  # \w.*", comment), comment


def test_few_modules_are_kept_from_the_type_checker():
    settings = configparser.ConfigParser()
    settings.read(paths.ROOT / ".mypy.ini")
    ours = [s for s in settings.sections() if re.match(r"mypy-(cnnlab|pages|app)\b", s)]
    loose = [s for s in settings.sections() if settings.has_option(s, "ignore_errors")]
    assert len({*ours, *loose}) <= SKIPPED_AT_MOST
    assert not settings.has_option("mypy", "exclude")
    for strict in ("disallow_untyped_defs", "check_untyped_defs", "disallow_any_generics"):
        assert settings.getboolean("mypy", strict)


TYPED_ROOMS = ("schema", "engine", "lab", "runs")


def untyped_signatures(source: str) -> list[str]:
    """Functions, attributes and names that others may use and whose type says `Any`.

    Private is what begins with an underscore, and what stands inside a function.
    """
    return list(_untyped(parsed(source).body))


def _untyped(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and not _private(node.name):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            extra = [one for one in (node.args.vararg, node.args.kwarg) if one]
            hints = [one.annotation for one in [*arguments, *extra]] + [node.returns]
            if any(map(_says_any, hints)):
                yield node.name
        elif isinstance(node, ast.ClassDef) and not _private(node.name):
            if any(map(_says_any, node.bases)):
                yield node.name
            yield from _untyped(node.body)
        elif isinstance(node, ast.AnnAssign) and _says_any(node.annotation):
            if not _private(ast.unparse(node.target)):
                yield ast.unparse(node.target)
        elif isinstance(node, ast.Assign) and not _private(ast.unparse(node.targets[0])):
            is_type = isinstance(node.value, ast.Subscript | ast.BinOp)
            if is_type and _says_any(node.value):
                yield ast.unparse(node.targets[0])


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _says_any(hint: ast.expr | None) -> bool:
    """Also within a string, and as `typing.Any`."""
    return hint is not None and re.search(r"\bAny\b", ast.unparse(hint)) is not None


def test_public_signatures_say_what_they_take_and_give():
    rooms = [path for path in CORE if room_of(path) in TYPED_ROOMS]
    assert {room_of(path) for path in rooms} == set(TYPED_ROOMS)
    assert not violations(rooms, lambda path: untyped_signatures(path.read_text()))


@pytest.mark.parametrize(
    "source",
    [
        "def f(x: Any) -> int: ...",
        "def f(*, x: 'dict[str, Any]') -> int: ...",
        "def f(**options: typing.Any) -> int: ...",
        "class A:\n    def f(self) -> Any: ...",
        "class A:\n    x: Mapping[str, Any]",
        "class A:\n    def __call__(self, x: Any) -> int: ...",
        "Check = Callable[[Any], int]",
        "x: Any = 1",
    ],
)
def test_a_planted_any_is_caught(source):
    assert untyped_signatures(source)


def test_what_is_private_may_be_loose():
    source = "def _f(x: Any) -> Any: ...\ndef g() -> int:\n    x: Any = 1\n    return x\n"
    assert untyped_signatures(source) == []


@pytest.mark.parametrize(
    "line", ["x = f()  # type: ignore", "x = f()  # type:ignore[arg-type]", "y = 1  # type: int"]
)
def test_a_planted_ignored_type_is_caught(line):
    assert ignored_types(line)


def module_of(path: Path) -> str:
    """The dotted name a file is imported by."""
    return ".".join(path.relative_to(paths.ROOT).with_suffix("").parts).removesuffix(".__init__")


def rooms_with_private(name: str) -> Iterator[str]:
    """For each private part of a dotted name, the room or sub-room it is private to."""
    parts = name.split(".")
    for i, part in enumerate(parts):
        if part.startswith("_") and not part.startswith("__"):
            is_file = paths.ROOT.joinpath(*parts[:i]).with_suffix(".py").is_file()
            yield ".".join(parts[: i - 1 if is_file else i])


def reached_into(module: str, source: str) -> list[str]:
    """What `source`, a file called `module`, imports of another room's private modules and names.

    Private to a room, or to a sub-room, is what begins with one underscore inside it.
    """
    return [
        name
        for name in imports(source)
        if name.startswith(("cnnlab.", "pages."))
        and any(not f"{module}.".startswith(f"{room}.") for room in rooms_with_private(name))
    ]


def test_nobody_reaches_into_another_room():
    everything = [*CORE, *PAGES, paths.ROOT / "app.py"]
    assert not violations(everything, lambda path: reached_into(module_of(path), path.read_text()))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("cnnlab.lab.run_rows", "from cnnlab.jobs import _queue"),
        ("cnnlab.comparison.table", "from cnnlab.plots._style import GREY"),
        ("cnnlab.compression.lineage", "from cnnlab.compression.pruning._masks import Masking"),
        ("cnnlab.lab", "from cnnlab.runs.run import _read"),
        ("pages.train", "def draw():\n    import cnnlab.plots._style"),  # hidden in a function
    ],
)
def test_a_planted_reach_into_a_room_is_caught(module, source):
    assert reached_into(module, source)


def test_what_is_private_serves_its_own_room_and_the_rooms_inside_it():
    source = "from cnnlab.visualization._opened import open_run\nfrom cnnlab import __version__\n"
    assert reached_into("cnnlab.visualization.attribution.gradcam", source) == []


NUMERIC_ROOMS = (
    *("augmentation", "compression", "evaluation", "export", "images", "losses", "robustness"),
    *("surgery", "training", "visualization"),
)
# `(n, height, width)`, `(classes,)`, `(...)`: axes in parentheses, the whole in backticks.
SHAPE = re.compile(r"`\((?:\w+,|[\w* .]+(?:, ?[\w* .]+)+,?|\.\.\.)\)`")


def without_shape(source: str) -> list[str]:
    """Public functions that take or give arrays and do not say of which shape.

    What a whole file shares may stand in a paragraph "Shapes:" at its top: the text of a card
    is read on the page.
    """
    tree = parsed(source)
    if re.search(r"^Shapes: ", ast.get_docstring(tree) or "", re.MULTILINE):
        return []
    return list(_without_shape(tree.body))


def _without_shape(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not _private(node.name):
            yield from _without_shape(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            hints = [one.annotation for one in arguments] + [node.returns]
            takes_arrays = any(hint and "ndarray" in ast.unparse(hint) for hint in hints)
            if takes_arrays and not SHAPE.search(ast.get_docstring(node) or ""):
                yield node.name


def test_numeric_functions_say_their_shapes():
    rooms = [path for path in CORE if room_of(path) in NUMERIC_ROOMS]
    assert {room_of(path) for path in rooms} == set(NUMERIC_ROOMS)
    assert not violations(rooms, lambda path: without_shape(path.read_text()))


@pytest.mark.parametrize(
    "source",
    [
        "def f(x: np.ndarray) -> float:\n    'The mean of x.'",
        "def f(x: float) -> 'np.ndarray':\n    'So many (n) of them.'",
        "def f(x: list[np.ndarray] | None = None) -> float: ...",
        "class A:\n    @property\n    def x(self) -> np.ndarray:\n        'An `(array)`.'",
    ],
)
def test_a_planted_array_without_shape_is_caught(source):
    assert without_shape(source)


@pytest.mark.parametrize("shape", ["(n,)", "(n, classes)", "(height, width, 2 * n)", "(...)"])
def test_a_shape_is_known_when_it_is_seen(shape):
    assert not without_shape(f"def f(x: np.ndarray) -> float:\n    'The mean of x `{shape}`.'")


def catch_alls(path: Path) -> list[int]:
    """Lines that catch whatever comes."""
    caught = [n for n in nodes(path.read_text()) if isinstance(n, ast.ExceptHandler)]
    everything = ("Exception", "BaseException")
    return [n.lineno for n in caught if n.type is None or ast.unparse(n.type) in everything]


RUN_FILES = {"config.json", "status.json", "metrics.json", "notes.json", "change.json"}


def reads_a_runs_json(source: str) -> list[int]:
    """Lines on which a module that knows a run's files by name reads JSON by itself."""
    names = {node.id for node in nodes(source) if isinstance(node, ast.Name)}
    names |= {node.attr for node in nodes(source) if isinstance(node, ast.Attribute)}
    if not names & {f"{name.split('.')[0].upper()}_FILE" for name in RUN_FILES} and not any(
        isinstance(node, ast.BinOp) and getattr(node.right, "value", "") in RUN_FILES
        for node in nodes(source)
    ):
        return []
    return [
        node.lineno
        for node in nodes(source)
        if isinstance(node, ast.Attribute)
        and node.attr in ("load", "loads")
        and getattr(node.value, "id", "") == "json"
    ]


def test_a_runs_json_is_read_by_the_schema_alone():
    outside = [path for path in CORE if "schema" not in path.parts]
    everything = [*outside, *PAGES, paths.ROOT / "app.py"]
    assert not violations(everything, lambda path: reads_a_runs_json(path.read_text()))


@pytest.mark.parametrize(
    "source",
    [
        "json.loads((run.path / 'metrics.json').read_text())",
        "from cnnlab import runs\njson.loads((folder / runs.CONFIG_FILE).read_text())",
    ],
)
def test_a_planted_read_of_a_runs_json_is_caught(source):
    assert reads_a_runs_json(source)


NODES = {"inbound_nodes", "outbound_nodes", "_inbound_nodes", "_nodes_by_depth", "_keras_history"}


def walks_a_keras_graph(source: str) -> list[int]:
    """Lines that go through the nodes or layers of a model: models inside it are left out."""
    return [
        node.lineno
        for node in nodes(source)
        if isinstance(node, ast.Attribute)
        and (
            node.attr in NODES
            or (
                node.attr in ("layers", "operations")
                and getattr(node.value, "id", "") in ("model", "student", "teacher", "keras_model")
            )
        )
    ]


def test_a_keras_graph_is_walked_by_the_walker_alone():
    outside = [path for path in CORE if "keras_graph" not in path.parts]
    assert not violations(outside, lambda path: walks_a_keras_graph(path.read_text()))


@pytest.mark.parametrize(
    "source", ["for layer in model.layers:\n    pass", "node = layer._inbound_nodes[0]"]
)
def test_a_planted_walk_is_caught(source):
    assert walks_a_keras_graph(source)


def test_nothing_catches_everything():
    # The worker's last door is the one place that may: all lands in the run's status.
    # The engine's is another: all goes to the page that asked.
    # And the queue's: whatever one run does to it, it goes on for everybody else.
    last = [paths.ROOT / "cnnlab" / room / "__main__.py" for room in ("jobs", "engine")]
    last.append(paths.ROOT / "cnnlab" / "jobs" / "error_log.py")
    doors = [path for path in CORE if path not in last]
    assert not violations([*doors, *PAGES, paths.ROOT / "app.py"], catch_alls)


def test_no_file_is_too_large():
    def too_long(path: Path) -> int:
        lines = path.read_text().count("\n")
        return lines if lines > MOST_LINES else 0

    # The command line holds every verb.
    rooms = [path for path in CORE if path.name != "__main__.py"]
    assert not violations([*rooms, *PAGES], too_long)


def test_no_page_and_nothing_it_imports_loads_keras(tiny_run, tmp_path):
    """Every page is run in one fresh process, as the server would, and Keras stays out."""
    program = tmp_path / "open_all.py"
    program.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from cnnlab import engine, jobs, lab, paths\n"
        "from cnnlab.errors import LabError\n"
        "def refuse(*args, **options): raise LabError('The engine is not asked here.')\n"
        "engine.ask = refuse\n"
        "def opened(page, **query):\n"
        "    app = AppTest.from_file(page, default_timeout=60)\n"
        "    for key, value in query.items(): app.query_params[key] = value\n"
        "    app.run()\n"
        "    assert not app.exception, (page, app.exception)\n"
        "    heavy = {'keras', 'tensorflow', 'torch', 'sklearn'} & set(sys.modules)\n"
        "    assert not heavy, (page, heavy)\n"
        "pages = sorted((paths.ROOT / 'pages').glob('*.py'))\n"
        "assert len(pages) > 4\n"
        "for page in pages: opened(page)\n"
        f"for page in pages: opened(page, run={tiny_run.name!r})\n"
        "print('opened', len(pages))\n"
    )
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=paths.ROOT,
        env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "opened" in done.stdout


@pytest.mark.parametrize(("readers", "wanted"), [({}, "1"), ({"TF_ENABLE_ONEDNN_OPTS": "0"}, "0")])
def test_tensorflow_uses_its_fast_kernels_unless_the_reader_decided(readers, wanted):
    plain = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
    program = "import os, cnnlab; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    command = [sys.executable, "-c", program]
    said = subprocess.check_output(command, cwd=paths.ROOT, env=plain | readers, text=True)
    assert said.strip() == wanted
