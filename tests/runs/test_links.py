"""Folders that are none of the lab's making: links, files in the way, half-made runs."""

import os
import shutil

import pytest

from cnnlab import lab, paths, recipe, runs
from cnnlab.errors import LabError


def linked(target, name: str = "0007-linked"):
    """A link in the store."""
    paths.runs_dir().mkdir(parents=True, exist_ok=True)
    link = paths.runs_dir() / name
    link.symlink_to(target)
    os.utime(link, (1.7e9, 1.7e9), follow_symlinks=False)
    return link


def test_of_a_linked_run_the_link_alone_is_deleted(tiny_run, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.move(tiny_run.path, elsewhere)
    link = linked(elsewhere)
    assert runs.find(link.name).status.state == "done"
    runs.delete(runs.find(link.name))
    assert (elsewhere / "config.json").is_file()
    assert [name for name in os.listdir(link.parent) if "linked" in name] == []


def test_a_linked_run_that_trains_is_kept(tiny_run):
    link = linked(tiny_run.path)
    lock = runs.hold(tiny_run.path)
    with pytest.raises(LabError, match="still training"):
        runs.delete(runs.find(link.name))
    os.close(lock)
    assert link.is_symlink()


@pytest.mark.parametrize("target", ["nowhere", "0007-linked"])
def test_links_that_lead_nowhere_are_seen_and_can_be_deleted(target):
    link = linked(target)
    [row] = lab.shelf()
    assert (row["run"], row["state"]) == (link.name, "damaged")
    assert "missing" in row["damage"]
    runs.delete(runs.find(link.name))
    assert lab.shelf() == []


def test_a_folder_without_a_config_is_seen_and_can_be_deleted():
    folder = paths.runs_dir() / "0003-half"
    folder.mkdir(parents=True)
    os.utime(folder, (1.7e9, 1.7e9))
    [row] = lab.shelf()
    assert "config.json is missing" in row["damage"]
    runs.delete(runs.find(folder.name))
    assert not folder.exists()


@pytest.mark.parametrize("name", [".last", ".lock"])
def test_a_folder_where_the_store_keeps_a_file_is_one_sentence(name):
    (paths.runs_dir() / name).mkdir(parents=True)
    with pytest.raises(LabError, match="a folder where a file belongs"):
        runs.create(recipe.plan("lenet5", "digits"))
    assert lab.shelf() == []


@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"9" * 5000, b"", b"{}", b"-1"])
def test_a_number_that_is_none_counts_from_the_folders(content):
    paths.runs_dir().mkdir(parents=True)
    (paths.runs_dir() / ".last").write_bytes(content)
    (paths.runs_dir() / "0041-a").mkdir()
    (paths.runs_dir() / ("9" * 60)).mkdir()
    assert runs.create(recipe.plan("lenet5", "digits")).name.startswith("0042-")


def test_a_lock_that_is_no_file_says_nothing_and_breaks_nothing(tiny_run):
    shutil.rmtree(tiny_run.path / "lock", ignore_errors=True)
    (tiny_run.path / "lock").unlink(missing_ok=True)
    (tiny_run.path / "lock").symlink_to("lock")
    assert tiny_run.status.state == "done"
    with pytest.raises(LabError, match="leads to itself"):
        runs.delete(tiny_run)
