"""The pages' JavaScript passes the linter of .ci/run, and that linter would see a mistake."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnnlab import paths

OXLINT = Path(sys.executable).with_name("oxlint")
CONFIG = paths.ROOT / ".oxlintrc.json"
EXPORTED = [
    paths.ROOT / "cnnlab" / "export" / "_html" / f"{name}.js"
    for name in ("network", "prepare", "page")
]


def lint(*where: Path, config: Path = CONFIG) -> subprocess.CompletedProcess:
    """What `oxlint`, with the project's rules, says about these files or folders."""
    if not OXLINT.exists():
        pytest.skip("needs oxlint: pip install -r requirements.txt")
    command = [OXLINT, "--config", config, "--deny-warnings", *where]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_our_own_scripts_are_clean():
    scripts = sorted((paths.ROOT / "pages").rglob("*.js"))
    assert scripts
    done = lint(*scripts)
    assert done.returncode == 0, done.stdout
    assert f"on {len(scripts)} files" in done.stdout


def test_the_scripts_of_an_exported_page_are_clean_together(tmp_path):
    # One script in the end: what one defines the next one uses. The pages' own names are not there.
    joined = tmp_path / "page.js"
    joined.write_text("\n".join(file.read_text() for file in EXPORTED))
    settings = json.loads(CONFIG.read_text()) | {"globals": {}}
    config = tmp_path / ".oxlintrc.json"
    config.write_text(json.dumps(settings))
    done = lint(joined, config=config)
    assert done.returncode == 0, done.stdout


def test_what_the_browser_tests_ask_a_page_is_clean(tmp_path):
    expression = (paths.ROOT / "tests" / "browser" / "layout.js").read_text()
    (tmp_path / "layout.js").write_text(f"export default (\n{expression}\n);\n")
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("export default function () {\n  retrun 3;\n}\n", "semicolon"),
        ("export default function () {\n  windoww.close();\n}\n", "'windoww' is not defined"),
        ("export default () => {\n  const unused = 3;\n};\n", "'unused' is declared but never"),
        ("export default (a) => a == 3;\n", "=== "),
    ],
)
def test_a_mistake_is_seen(tmp_path, script, complaint):
    (tmp_path / "script.js").write_text(script)
    done = lint(tmp_path)
    assert done.returncode == 1
    assert complaint in done.stdout, done.stdout
