"""Boards: cards as their makers describe them, and whether a network fits, in bytes."""

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest

from cnnlab import boards, export, integer, lab, paths
from cnnlab.boards import BOARDS, STACK_BYTES
from cnnlab.errors import LabError
from cnnlab.export._c import sources
from cnnlab.runs import Run
from tests import integer_networks

SMALL = boards.Needs(
    constant_bytes=1556,
    ram_bytes=896,
    macs=45134,
    sums=5800,
    code_bytes=2320,
    small_code_bytes=3920,
)


@pytest.mark.parametrize("board", list(BOARDS), ids=lambda board: board.name)
def test_a_board_says_what_it_has_and_who_says_so(board):
    chip = board.chip
    assert board.url.startswith("https://")
    assert 1024 < chip.ram_bytes < chip.flash_bytes < 64 << 20
    assert 1e6 < chip.clock_hz < 1e9
    assert (chip.timing.cycles_per_mac is None) == (chip.timing.source == "")
    file = paths.ROOT / "cnnlab" / "boards" / "cards" / f"{board.name}.py"
    assert len(file.read_text().splitlines()) <= 8


def test_there_are_boards_of_every_size():
    assert len(list(BOARDS)) >= 12
    assert min(b.chip.ram_bytes for b in BOARDS) == 2048


@pytest.mark.parametrize("name", ["uno", "leonardo"])
def test_an_arduino_has_what_arduino_says(name):
    file = Path("/usr/share/arduino/hardware/arduino/avr/boards.txt")
    if not file.is_file():
        pytest.skip("needs arduino-core-avr: .ci/run installs it")
    lines = (line.partition("=") for line in file.read_text().splitlines())
    said = {key: value for key, _, value in lines}
    chip = BOARDS[f"arduino_{name}"].chip
    assert chip.flash_bytes == int(said[f"{name}.upload.maximum_size"])
    assert chip.ram_bytes == int(said[f"{name}.upload.maximum_data_size"])
    assert chip.clock_hz == int(said[f"{name}.build.f_cpu"].rstrip("L"))


def test_a_small_network_fits_on_an_uno_and_its_time_is_estimated():
    fit = boards.fit(SMALL, BOARDS["arduino_uno"])
    assert fit.fits
    assert fit.words == "fits"
    assert fit.ram_bytes == SMALL.ram_bytes + STACK_BYTES
    assert fit.seconds == pytest.approx((45134 * 24 + 5800 * 1500) / 16e6)
    assert boards.fit(SMALL, BOARDS["raspberry_pi_pico"]).seconds is None


def test_a_board_that_is_too_small_says_why_in_bytes():
    uno = BOARDS["arduino_uno"]
    ram = boards.fit(replace(SMALL, ram_bytes=2048), uno)
    assert not ram.fits
    assert "needs 2,448 bytes of RAM where the board has 2,048: 400 too many" in ram.words
    flash = boards.fit(replace(SMALL, constant_bytes=40_000), uno)
    assert f"{flash.flash_over:,} too many" in flash.words
    assert "RAM" not in flash.words
    both = boards.fit(replace(SMALL, constant_bytes=40_000, ram_bytes=4000), uno)
    assert "RAM" in both.words
    assert "flash" in both.words


@pytest.mark.parametrize("build", [integer_networks.every_layer, integer_networks.swishes])
def test_what_is_counted_without_quantizing_is_what_the_c_code_has(build):
    keras.utils.set_random_seed(1)
    model = build()
    quantized = integer.network(integer_networks.in_int8(model)[0])
    sized = integer.sized(export.to_float32(model))
    assert sized.macs == quantized.macs
    assert integer.plan(sized).ram_bytes == pytest.approx(
        integer.plan(quantized).ram_bytes, rel=0.02
    )
    # Tables that only a quantized file has, for changes of steps and for exp, are not foreseen.
    assert sized.constant_bytes == pytest.approx(quantized.constant_bytes, abs=600)


@pytest.mark.parametrize(
    ("compiler", "small"),
    [
        ("avr-gcc -mmcu=atmega328p", True),
        ("arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb", False),
        ("arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb", False),
    ],
)
@pytest.mark.parametrize("build", [integer_networks.every_layer, integer_networks.swishes])
def test_flash_is_estimated_near_what_a_compiler_makes(tmp_path, compiler, small, build):
    command = shlex.split(compiler)
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}: .ci/run installs it")
    keras.utils.set_random_seed(1)
    file = tmp_path / "model.tflite"
    file.write_bytes(integer_networks.in_int8(build())[0])
    network = integer.network(file.read_bytes())
    for place, content in sources(network, "n", "ab").items():
        (tmp_path / place.split("/")[1]).write_bytes(content)
    made = tmp_path / "cnn.o"
    subprocess.run([*command, "-std=c99", "-Os", "-c", tmp_path / "cnn.c", "-o", made], check=True)
    size = command[0].replace("gcc", "size")
    said = subprocess.run([size, made], capture_output=True, text=True, check=True).stdout
    text, data, _ = (int(word) for word in said.splitlines()[1].split()[:3])
    needs = boards.needs(SimpleNamespace(name="n", tflite_file=file))
    code = needs.flash_bytes(small) - needs.constant_bytes
    assert code == pytest.approx(text + data - network.constant_bytes, rel=0.3)


def test_a_run_is_held_against_every_board(tiny_run):
    fits = lab.fits(tiny_run)
    assert {fit.board.name for fit in fits} == set(BOARDS.names())
    assert [fit.fits for fit in fits] == sorted((fit.fits for fit in fits), reverse=True)
    held = lab.on_board([tiny_run], "arduino_uno")
    assert held.fitting == ()
    assert "bytes of flash" in held.reasons[tiny_run.name]  # LeNet-5's 61,706 weights


def test_the_best_that_fits_is_named():
    lenet = Run(paths.pretrained_dir() / "lenet5")
    best = lab.best_on("arduino_uno", lenet)
    assert best is not None
    assert lab.on_board([best], "arduino_uno").fitting == (best,)
    assert best.config.dataset == "mnist"


def test_a_run_without_a_file_is_said_to_have_none(tiny_run):
    tiny_run.tflite_file.unlink()
    with pytest.raises(LabError, match="no LiteRT file yet"):
        boards.needs(tiny_run)
    assert "no LiteRT file" in lab.on_board([tiny_run], "arduino_uno").reasons[tiny_run.name]


def test_the_verb_prints_what_a_program_reads():
    command = [sys.executable, "-m", "cnnlab", "boards", "ladder_07", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=paths.ROOT, check=True)
    said = json.loads(done.stdout)
    assert (said["ram_bytes"], said["macs"], said["sums"]) == (896, 45134, 5800)
    uno = next(one for one in said["boards"] if one["board"] == "arduino_uno")
    assert uno["fits"]
    assert "simavr" in uno["seconds_basis"]
