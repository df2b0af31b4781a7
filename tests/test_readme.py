"""The README tells the truth: its table, its two commands, its verbs, its files."""

import re
from pathlib import Path

from cnnlab import paths, shipping
from cnnlab.__main__ import parser

TEXT = (paths.ROOT / "README.md").read_text()


def test_the_table_is_that_of_the_shipped_runs():
    shown = TEXT.split("<!-- pretrained -->")[1].split("<!-- /pretrained -->")[0].strip()
    assert shown == shipping.table()


def test_two_commands_set_up_and_run():
    commands = re.findall(r"^python3 -m venv .*$", TEXT, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("streamlit run app.py")
    assert commands[1].endswith("pytest")


def test_every_command_shown_is_understood():
    shown = re.findall(r"^python -m cnnlab (.*)$", TEXT, re.MULTILINE)
    assert shown
    for line in shown:
        parser().parse_args(line.split())


def test_the_rooms_it_names_exist():
    tree = TEXT.split("app.py               the server")[1].split("```")[0]
    names = re.findall(r"^ {4}([a-z_]+)/? ", tree, re.MULTILINE)
    assert len(names) > 15
    for name in names:
        assert any(
            Path(paths.ROOT, room, form).exists()
            for room in ("cnnlab", "pages")
            for form in (name, f"{name}.py")
        ), name


def test_its_picture_is_there():
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", TEXT):
        assert (paths.ROOT / picture).is_file()
