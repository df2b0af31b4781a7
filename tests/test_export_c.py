"""C for chips: strict C99, bit for bit what the NumPy reference answers, here and on chips."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest

from cnnlab import boards, evaluation, integer, paths
from cnnlab.boards import BOARDS, fit
from cnnlab.errors import LabError
from cnnlab.export import _tflite
from cnnlab.export._c import sources
from cnnlab.export.formats.c import STRICT, check, memory
from cnnlab.runs import Run
from tests import integer_networks

CHIPS = Path(__file__).parent / "chips"


def needs(*programs: str) -> None:
    """Skip with a word where a compiler or simulator is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}: .ci/run installs it")


@pytest.fixture(scope="module")
def networks():
    """Two networks, between them every operation, with pictures."""
    keras.utils.set_random_seed(5)
    made = {}
    for build in (integer_networks.every_layer, integer_networks.swishes):
        file, pictures = integer_networks.in_int8(build())
        made[build.__name__] = integer.network(file), pictures
    return made


def written(network: integer.Network, folder: Path, name: str = "n", labels=("a",)) -> Path:
    """The exported files, on disk."""
    for place, content in sources(network, name, labels).items():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder / "cnn"


def compiled(folder: Path, *more: str) -> Path:
    """The program gcc makes of all C files."""
    needs("gcc")
    program = folder / "program"
    files = sorted(map(str, folder.glob("*.c")))
    subprocess.run(["gcc", *STRICT, "-pedantic", *more, *files, "-o", str(program)], check=True)
    return program


def answers(program: Path, network: integer.Network, pictures: np.ndarray) -> np.ndarray:
    """What the program prints for pictures, as int8."""
    command = [str(program), "-"]
    said = subprocess.run(command, input=pictures.tobytes(), capture_output=True, check=True)
    real = np.array([line.split() for line in said.stdout.decode().splitlines()], float)
    end = network.tensors[network.end]
    return np.rint(real / end.scale + end.zero).astype(int)


@pytest.mark.parametrize("arithmetic", ["", "-DCNN_SMALL"])
@pytest.mark.parametrize("which", ["every_layer", "swishes"])
def test_c_answers_bit_for_bit_as_the_reference(networks, tmp_path, which, arithmetic):
    network, pictures = networks[which]
    program = compiled(written(network, tmp_path), *filter(None, [arithmetic]))
    chance = np.random.default_rng(1)
    noise = chance.integers(0, 256, (200, *pictures.shape[1:]), np.uint8)
    shown = np.concatenate([pictures, noise])
    np.testing.assert_array_equal(answers(program, network, shown), integer.run(network, shown))


@pytest.fixture(scope="module")
def few():
    """By bits: a network whose weights lie on so few steps, its LiteRT files, and pictures."""
    keras.utils.set_random_seed(6)
    made = {}
    for bits, build in ((4, integer_networks.every_layer), (2, integer_networks.swishes)):
        model = integer_networks.on_few_steps(build(), bits)
        file, pictures = integer_networks.in_int8(model)
        made[bits] = integer.network(file), integer.sized(_tflite.to_float32(model)), pictures
    return made


@pytest.mark.parametrize("bits", [4, 2])
def test_weights_of_few_bits_are_packed_and_answer_bit_for_bit(few, tmp_path, bits):
    network, sized, pictures = few[bits]
    layers = [op for op in network.operations if isinstance(op, integer.Convolution)]
    packed = [op for op in layers if op.bits == bits]
    assert sum(op.weights.size for op in packed) > 0.7 * sum(op.weights.size for op in layers)
    assert all(op.stored.nbytes == -(-op.weights.size * bits // 8) for op in packed)
    whole = sum(op.weights.size for op in layers)
    unpacked = network.constant_bytes - sum(op.stored.nbytes for op in layers) + whole
    assert network.constant_bytes < unpacked - 0.3 * whole
    assert sized.constant_bytes == pytest.approx(network.constant_bytes, abs=600)
    folder = written(network, tmp_path)
    said = memory({"cnn/cnn.h": (folder / "cnn.h").read_bytes()})
    assert f"{network.constant_bytes:,} bytes of constants" in said
    assert f"weights of {bits} bits {'two' if bits == 4 else 'four'} to a byte" in said
    np.testing.assert_array_equal(
        answers(compiled(folder), network, pictures), integer.run(network, pictures)
    )


def test_an_uno_reads_four_weights_of_a_byte(few, tmp_path):
    good, *_ = in_simavr(written(few[2][0], tmp_path))
    assert good == 3


def test_between_them_the_networks_use_every_operation(networks):
    used = {type(op) for network, _ in networks.values() for op in network.operations}
    assert used >= {
        getattr(integer, name)
        for name in integer.__all__
        if isinstance(getattr(integer, name), type)
        and issubclass(getattr(integer, name), integer.Operation)
        and name != "Operation"
    } - {integer.Pad}  # left to the convolution behind it


def test_rounding_is_the_same_in_16_bits_in_64_and_in_numpy(tmp_path):
    needs("gcc")
    from cnnlab.export._c._sources import _PARTS

    chance = np.random.default_rng(2)
    x = np.concatenate([chance.integers(-(1 << 27), 1 << 27, 3000), np.arange(-300, 300)])
    wholes = chance.integers(1 << 30, 1 << 31, len(x))
    shifts = chance.integers(-20, 4, len(x))
    # Halves, where the ways of rounding part.
    wholes[::7], shifts[::7] = 1 << 30, -chance.integers(1, 12, len(x[::7]))
    rows = "".join(f"{{{a},{b},{c}}}," for a, b, c in zip(x, wholes, shifts, strict=True))
    text = (_PARTS / "common.c").read_text() + (_PARTS / "scaled.c").read_text()
    main = (
        "#include <stdint.h>\n#include <stdio.h>\n"
        + text
        + f"static const int32_t all[][3] = {{{rows}}};\n"
        + "int main(void) { unsigned i; for (i = 0; i < sizeof all / sizeof *all; i++)"
        + 'printf("%ld\\n", (long)scaled(all[i][0], all[i][1], (int)all[i][2])); return 0; }\n'
    )
    (tmp_path / "rounding.c").write_text(main)
    expected = integer._reference._fixed.scaled(x, wholes, shifts)
    for arithmetic in ("", "-DCNN_SMALL"):
        program = compiled(tmp_path, *filter(None, [arithmetic]))
        said = subprocess.run([str(program)], capture_output=True, check=True).stdout.split()
        np.testing.assert_array_equal(np.array(said, int), expected)


def test_an_answer_that_changed_ends_with_1(networks, tmp_path):
    folder = written(networks["swishes"][0], tmp_path)
    assert subprocess.run([str(compiled(folder))], check=False).returncode == 0
    golden = (folder / "golden.h").read_text()
    before, first, rest = re.fullmatch(
        r"(.*golden_answers[^{]*\{\s*\{)(-?\d+)(.*)", golden, re.DOTALL
    ).groups()
    (folder / "golden.h").write_text(f"{before}{int(first) ^ 1}{rest}")
    assert subprocess.run([str(compiled(folder))], check=False).returncode == 1
    with pytest.raises(LabError, match="WRONG"):
        check({str(file): file.read_bytes() for file in folder.glob("*.[ch]")})


def test_memory_is_one_array_and_nothing_is_allocated(networks, tmp_path):
    network, _ = networks["every_layer"]
    folder = written(network, tmp_path)
    text = (folder / "cnn.c").read_text()
    assert not re.search(r"\b(malloc|calloc|free|float|double)\b", text)
    needs("gcc", "size")
    module = folder / "cnn.o"
    subprocess.run(
        ["gcc", "-Os", "-fno-pie", "-c", str(folder / "cnn.c"), "-o", str(module)], check=True
    )
    said = subprocess.run(["size", str(module)], capture_output=True, text=True, check=True)
    _, data, bss = (int(word) for word in said.stdout.splitlines()[1].split()[:3])
    assert data + bss <= integer.plan(network).ram_bytes + 31  # aligned


def test_names_that_end_a_comment_or_a_line_do_no_harm(networks, tmp_path):
    labels = ["*/ int x;", "*\\ int x;", "/*", "naïve ☃", "back\\", "éé/", "two\nlines", "\0\x1b"]
    folder = written(networks["swishes"][0], tmp_path, "run */ #error \\", labels)
    assert subprocess.run([str(compiled(folder))], check=False).returncode == 0


def test_an_uno_answers_bit_for_bit(networks, tmp_path):
    folder = written(networks["swishes"][0], tmp_path)
    good, cycles, stack = in_simavr(folder)
    assert good == 3
    assert 0 < cycles < 2e9
    assert stack < 600


def test_the_network_for_an_uno_fits_and_answers_in_half_a_second(tmp_path):
    run = Run(paths.pretrained_dir() / "uno_mnist")
    assert run.metrics.seeds.count >= 3
    assert run.metrics.seeds.mean >= 0.985
    network = integer.network(integer_networks.in_int8(evaluation.load_model(run))[0])
    folder = written(network, tmp_path)
    good, cycles, stack = in_simavr(folder)
    assert good == 3
    assert cycles / 16e6 <= 0.5
    needs("avr-size")
    command = ["avr-size", str(folder / "uno.elf")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    code, data, zeros = (int(word) for word in said.splitlines()[1].split()[:3])
    uno = BOARDS["arduino_uno"].chip
    assert data + zeros + stack <= uno.ram_bytes
    assert code + data <= uno.flash_bytes
    seconds = fit(boards.needs(run), BOARDS["arduino_uno"]).seconds
    assert seconds == pytest.approx(cycles / 16e6, rel=0.25)


def in_simavr(folder: Path) -> tuple[int, int, int]:
    """Golden pictures answered rightly, cycles of the last and bytes of stack, by simavr."""
    needs("avr-gcc", "simavr")
    program = folder / "uno.elf"
    flags = shlex.split("-mmcu=atmega328p -DF_CPU=16000000UL -std=gnu99 -Os -Wall -Wextra -Werror")
    files = [str(folder / "cnn.c"), str(CHIPS / "avr_main.c")]
    subprocess.run(["avr-gcc", *flags, f"-I{folder}", *files, "-o", str(program)], check=True)
    command = ["simavr", "-m", "atmega328p", "-f", "16000000", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    said = re.search(r"good=(\d+) cycles=(\d+) stack=(\d+)", done.stdout + done.stderr)
    assert said, done
    good, cycles, stack = map(int, said.groups())
    return good, cycles, stack


def test_a_cortex_m3_answers_bit_for_bit(networks, tmp_path):
    needs("arm-none-eabi-gcc", "qemu-system-arm")
    folder = written(networks["every_layer"][0], tmp_path)
    program = folder / "cortex.elf"
    flags = shlex.split("-mcpu=cortex-m3 -mthumb -std=c99 -Os -Wall -Wextra -Werror -nostartfiles")
    flags += ["-specs=rdimon.specs", "-T", str(CHIPS / "mps2.ld"), f"-I{folder}"]
    files = [*map(str, sorted(folder.glob("*.c"))), str(CHIPS / "vectors.c")]
    subprocess.run(["arm-none-eabi-gcc", *flags, *files, "-o", str(program)], check=True)
    command = shlex.split("qemu-system-arm -M mps2-an385 -nographic -semihosting -kernel")
    done = subprocess.run(
        [*command, str(program)], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done
    assert done.stdout.count("as in CNN Lab") == 3


def test_the_sketch_compiles_for_an_arduino(networks, tmp_path):
    needs("avr-g++")
    core = Path("/usr/share/arduino/hardware/arduino/avr")
    if not core.is_dir():
        pytest.skip("needs arduino-core-avr: .ci/run installs it")
    folder = written(networks["swishes"][0], tmp_path)
    flags = shlex.split("-mmcu=atmega328p -DF_CPU=16000000UL -DARDUINO=10819 -Os")
    places = [f"-I{folder}", f"-I{core}/cores/arduino", f"-I{core}/variants/standard"]
    sketch = ["-x", "c++", "-std=gnu++11", "-include", "Arduino.h", str(folder / "cnn.ino")]
    subprocess.run(
        ["avr-g++", *flags, *places, "-c", *sketch, "-o", str(folder / "sketch.o")], check=True
    )
    # Arduino compiles every C file that lies beside the sketch; only one may hold a main.
    subprocess.run(
        ["avr-gcc", *flags, *places, "-c", str(folder / "main.c"), "-o", str(folder / "main.o")],
        check=True,
    )
    symbols = ["avr-nm", str(folder / "main.o")]
    assert b" T " not in subprocess.run(symbols, capture_output=True, check=True).stdout
