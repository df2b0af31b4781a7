"""Pictures in, arrays out: every format, every trap, and MNIST's own preparation."""

import importlib
import io
import random
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from cnnlab import images
from cnnlab.errors import LabError
from cnnlab.images import read
from cnnlab.images.drawing import drawn_ink
from cnnlab.images.paper import find_ink
from tests.phone_photos import photo

RNG = np.random.default_rng(0)
COLOR = RNG.integers(0, 256, (60, 80, 3), np.uint8)
GREY = COLOR[..., 0]


def encoded(image, form="PNG", **options) -> bytes:
    """A file's bytes from an array or a Pillow image."""
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, form, **options)
    return file.getvalue()


def digit(height=140, width=140) -> np.ndarray:
    """A bright seven on black, up and left of the middle."""
    grey = np.zeros((height, width), np.uint8)
    grey[10:20, 10:60] = 255
    grey[20:100, 50:60] = 255
    return grey


# -- reading


@pytest.mark.parametrize("form", read.FORMATS)
def test_every_welcome_format_is_read(form):
    pixels = images.read_picture(encoded(COLOR, "JPEG" if form == "MPO" else form))
    assert pixels.dtype == np.uint8
    assert pixels.shape == COLOR.shape


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_formats_give_the_pixels_back(form):
    np.testing.assert_array_equal(images.read_picture(encoded(COLOR, form)), COLOR)
    np.testing.assert_array_equal(images.read_picture(encoded(GREY, form)), GREY)


def test_a_path_is_read_too(tmp_path):
    path = tmp_path / "a picture.png"
    path.write_bytes(encoded(COLOR))
    np.testing.assert_array_equal(images.read_picture(path), COLOR)
    np.testing.assert_array_equal(images.read_picture(str(path)), COLOR)


@pytest.mark.parametrize("mark", range(1, 9))
def test_exif_turns_the_picture_upright(mark):
    ways = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = Image.fromarray(COLOR)
    if mark > 1:
        stored = stored.transpose(ways[mark])
    exif = Image.Exif()
    exif[0x0112] = mark
    picture = images.open_picture(encoded(stored, "PNG", exif=exif))
    np.testing.assert_array_equal(picture.pixels, COLOR)
    assert bool(picture.notes) == (mark > 1)


def test_an_unknown_exif_turn_leaves_the_picture_alone():
    exif = Image.Exif()
    exif[0x0112] = 99
    np.testing.assert_array_equal(images.read_picture(encoded(COLOR, exif=exif)), COLOR)


def sixteen_bit_rgb_png(pixels: np.ndarray) -> bytes:
    """Pillow writes none, so by hand: `pixels` uint8 `(h, w, 3)`, each byte twice."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + (row.astype(">u2") * 257).astype(">u2").tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_sixteen_bits_of_color_are_noted_as_those_of_grey_are():
    picture = images.open_picture(sixteen_bit_rgb_png(COLOR))
    np.testing.assert_array_equal(picture.pixels, COLOR)
    grey = images.open_picture(encoded(GREY.astype(np.uint16) * 257))
    assert picture.notes == grey.notes == ("Scaled from 16 bits to 8.",)
    assert images.open_picture(encoded(COLOR)).notes == ()
    assert images.open_picture(encoded(COLOR, "TIFF")).notes == ()


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled(form):
    deep = GREY.astype(np.uint16) * 257
    picture = images.open_picture(encoded(deep, form))
    np.testing.assert_array_equal(picture.pixels, GREY)
    assert "16 bits" in picture.notes[0]


def test_floats_are_scaled_by_the_brightest():
    pixels = images.read_picture(encoded((GREY / 255).astype(np.float32), "TIFF"))
    assert np.abs(pixels.astype(int) - np.rint(GREY / GREY.max() * 255)).max() <= 1


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0)])
def test_transparency_is_laid_on_the_ground_that_shows_the_ink(ink, ground):
    layers = np.zeros((20, 20, 4), np.uint8)
    layers[5:10, 5:10] = (ink, ink, ink, 255)
    picture = images.open_picture(encoded(layers))
    assert picture.pixels[0, 0].tolist() == [ground] * 3
    assert picture.pixels[7, 7].tolist() == [ink] * 3
    assert "laid on" in picture.notes[0]


def test_a_palette_with_a_transparent_entry_and_one_bit_pictures_are_read():
    palette = Image.fromarray(COLOR).convert("P")
    assert images.read_picture(encoded(palette, transparency=0)).shape == COLOR.shape
    assert images.read_picture(encoded(Image.fromarray(GREY).convert("1"))).shape == GREY.shape


def test_cmyk_and_large_pictures_are_brought_to_size():
    assert images.read_picture(encoded(Image.fromarray(COLOR).convert("CMYK"), "JPEG")).ndim == 3
    wide = Image.new("L", (4000, 1000), 7)
    assert images.read_picture(encoded(wide)).shape == (400, 1600)
    assert images.read_picture(encoded(wide, "JPEG")).shape == (400, 1600)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (encoded(COLOR)[:2000], "broken"),
        (encoded(COLOR, "JPEG")[:700], "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (read.MAX_BYTES + 1), "larger than 20 MiB"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(data, words):
    with pytest.raises(LabError, match=words):
        images.read_picture(data)


@pytest.mark.parametrize("size", [(6000, 5000), (30_000, 30_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size):
    bomb = encoded(Image.new("1", (8, 8)))
    header = bytearray(bomb)
    header[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    import zlib

    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    with pytest.raises(LabError, match="limit is 25 million"):
        images.read_picture(bytes(header))


def test_an_absent_file_and_a_folder_say_so(tmp_path):
    with pytest.raises(LabError, match="No such file"):
        images.read_picture(tmp_path / "gone.png")
    with pytest.raises(LabError, match="cannot be read"):
        images.read_picture(tmp_path)
    with pytest.raises(LabError, match="cannot be read"):
        images.read_picture("a\0b.png")


@pytest.mark.filterwarnings("ignore")
def test_five_hundred_damaged_files_end_in_a_picture_or_a_sentence():
    chance = random.Random(0)
    sound = [encoded(COLOR, form) for form in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")]
    outcomes = set()
    for _ in range(500):
        data = bytearray(chance.choice(sound))
        for _ in range(chance.choice([1, 4, 30])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        try:
            pixels = images.read_picture(data)
        except LabError as refusal:
            outcomes.add("refused" if "\n" not in str(refusal) else str(refusal))
        else:
            outcomes.add("read")
            assert images.fit(pixels, (28, 28), channels=1).shape == (28, 28, 1)
    assert outcomes == {"read", "refused"}


def test_the_pad_sends_base64_and_damage_is_refused():
    import base64

    grey = RNG.integers(0, 256, (14, 14), np.uint8)
    sent = base64.b64encode(grey.tobytes()).decode()
    np.testing.assert_array_equal(images.read_canvas(sent, 14), grey)
    assert not images.read_canvas(None, 14).any()
    for wrong in (sent[:-4], "%%%", 12, sent * 2):
        with pytest.raises(LabError, match="draw again"):
            images.read_canvas(wrong, 14)


# -- digits


def test_a_digit_fills_the_box_and_sits_on_its_center_of_mass():
    prepared = images.prepare_digit(digit())
    placed = prepared.picture
    rows, columns = np.flatnonzero(placed.any(axis=1)), np.flatnonzero(placed.any(axis=0))
    assert placed.shape == (28, 28)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    levels = placed / placed.sum()
    center = levels.sum(axis=1) @ np.arange(28), levels.sum(axis=0) @ np.arange(28)
    assert np.abs(np.array(center) - 14).max() <= 0.5
    assert prepared.network_input.dtype == np.float32
    assert prepared.network_input.max() <= 1
    assert not prepared.blank


def test_place_size_and_canvas_do_not_matter():
    moved = np.zeros((300, 200), np.uint8)
    moved[150:290, 40:180] = digit()
    np.testing.assert_array_equal(images.frame_digit(moved), images.frame_digit(digit()))


def test_edges_are_smooth_and_proportions_kept():
    diagonal = np.eye(100, dtype=np.uint8).repeat(3, axis=1) * 255
    framed = images.frame_digit(diagonal)
    assert ((framed > 0) & (framed < 255)).any()
    upright = np.full((90, 15), 255, np.uint8)
    assert np.ptp(np.flatnonzero(images.frame_digit(upright).any(axis=0))) + 1 == 3


def test_a_picture_already_like_mnist_is_left_as_it_is():
    once = images.frame_digit(digit())
    np.testing.assert_array_equal(images.frame_digit(once), once)
    prepared = images.prepare(once, (28, 28, 1), "digit")
    np.testing.assert_array_equal(prepared.picture, once)


def test_a_blank_pad_is_called_blank():
    prepared = images.prepare(np.zeros((140, 140), np.uint8), (28, 28, 1), "digit")
    assert prepared.blank
    assert not prepared.network_input.any()


@pytest.mark.parametrize("shape", [(32, 32, 1), (28, 28, 3), (64, 48, 3), (8, 8, 1)])
def test_other_inputs_keep_the_proportion(shape):
    prepared = images.prepare_digit(digit(), shape)
    assert prepared.network_input.shape == shape
    rows = np.flatnonzero(prepared.network_input[..., 0].any(axis=1))
    assert np.ptp(rows) + 1 == round(min(shape[:2]) * 20 / 28)


def test_many_small_scans_grow_to_mnist_size():
    scans = np.zeros((5, 8, 8), np.uint8)
    scans[:4, :, 2:5] = 200
    framed = images.frame_digits(scans)
    assert framed.shape == (5, 28, 28)
    assert framed[:4].any(axis=(1, 2)).all()
    assert not framed[4].any()
    np.testing.assert_array_equal(framed[0], images.frame_digit(scans[0]))
    assert images.frame_digits(scans[:0]).shape == (0, 28, 28)


def test_the_steps_lead_from_the_drawing_to_the_input():
    prepared = images.prepare(digit(), (28, 28, 1), "digit")
    assert [step.picture.dtype for step in prepared.steps] == [np.uint8] * len(prepared.steps)
    np.testing.assert_array_equal(prepared.steps[0].picture, digit())
    np.testing.assert_array_equal(prepared.steps[-1].picture, prepared.picture)


def test_nearby_copies_keep_the_shape_and_differ_a_little():
    seen = images.prepare_digit(digit()).network_input
    copies = images.nearby(seen)
    assert len(copies) == 8
    for copy in copies:
        assert copy.shape == seen.shape
        assert copy.dtype == np.float32
        assert 0.005 < np.abs(copy - seen).mean() < 0.2


# -- handwriting on paper


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two network inputs, 1 for equal ones."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_dark_ink_is_inverted_with_a_word_about_it():
    light = images.prepare(digit(), (28, 28, 1), "digit")
    dark = images.prepare(255 - digit(), (28, 28, 1), "digit")
    assert any("Inverted" in note for note in dark.notes)
    assert not any("Inverted" in note for note in light.notes)
    assert likeness(light.network_input, dark.network_input) > 0.95


def test_the_reader_may_set_the_tone():
    light = images.prepare(digit(), (28, 28, 1), "digit", ink="light")
    dark = images.prepare(255 - digit(), (28, 28, 1), "digit", ink="dark")
    assert likeness(light.network_input, dark.network_input) > 0.95


@cache
def clean_scan(number: int) -> images.Prepared:
    """The same sheet in even light, without lines."""
    calm = {"gradient": 0, "shadow": 0, "blur": 0.4, "noise": 0, "quality": 95}
    scan = images.read_picture(photo(number, 4, paper="white", **calm))
    return images.prepare(scan, (28, 28, 1), "digit")


@pytest.mark.parametrize("paper", ["white", "ruled", "grid"])
@pytest.mark.parametrize("number", [2, 5, 7, 8])
def test_a_photo_shows_the_network_what_a_clean_scan_would(number, paper):
    clean = clean_scan(number)
    taken = images.read_picture(photo(number, 4, paper=paper, gradient=0.4, shadow=0.3))
    found = images.prepare(taken, (28, 28, 1), "digit")
    assert likeness(clean.network_input, found.network_input) > 0.85
    assert any("Printed lines" in note for note in found.notes) or paper == "white"
    assert found.steps[-1].picture.shape == (28, 28)


def test_the_sheet_may_lie_on_a_table():
    calm = images.prepare(images.read_picture(photo(3, 6)), (28, 28, 1), "digit")
    table = images.prepare(images.read_picture(photo(3, 6, table=True)), (28, 28, 1), "digit")
    assert likeness(calm.network_input, table.network_input) > 0.7


def test_white_chalk_on_a_dark_board_is_read_as_well():
    paper = images.read_picture(photo(2, 1))
    board = images.prepare(255 - paper, (28, 28, 1), "digit")
    assert not any("Inverted" in note for note in board.notes)
    ink = images.prepare(paper, (28, 28, 1), "digit")
    assert likeness(board.network_input, ink.network_input) > 0.8


def test_an_empty_sheet_is_blank():
    sheet = np.full((300, 400), 230, np.uint8)
    assert images.prepare(sheet, (28, 28, 1), "digit").blank
    noisy = np.clip(sheet + RNG.normal(0, 2, sheet.shape), 0, 255).astype(np.uint8)
    assert images.prepare(noisy, (28, 28, 1), "digit").blank


def test_two_marks_and_a_cut_digit_are_doubted():
    sheet = np.full((300, 500), 235, np.uint8)
    sheet[80:220, 150:162] = 20
    assert images.prepare(sheet, (28, 28, 1), "digit").doubts == ()
    sheet[80:220, 330:342] = 20
    assert "more than one mark" in images.prepare(sheet, (28, 28, 1), "digit").doubts[0]
    cut = np.full((300, 500), 235, np.uint8)
    cut[0:180, 240:255] = 20
    assert "border" in images.prepare(cut, (28, 28, 1), "digit").doubts[0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 3), (2, 900), (1600, 4)])
def test_pictures_of_odd_sizes_crash_nothing(shape):
    noise = RNG.integers(0, 256, shape, np.uint8)
    for ink in ("auto", "dark", "light"):
        prepared = images.prepare(noise, (28, 28, 1), "digit", ink=ink)
        assert np.isfinite(prepared.network_input).all()
    assert images.prepare(noise, (28, 28, 3), "picture", how="pad").network_input.max() <= 1


# -- any picture


def test_crop_keeps_the_middle_and_pad_keeps_all():
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, :10], wide[:, 10:20], wide[:, 20:] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    cropped = images.fit(wide, (10, 10), "crop")
    assert (cropped == (0, 255, 0)).all(axis=-1).all()
    padded = images.fit(wide, (30, 30), "pad")
    np.testing.assert_array_equal(padded[10:20], wide)
    assert padded.shape == (30, 30, 3)


def test_grey_and_color_meet_any_network():
    assert images.fit(GREY, (16, 16), channels=3).shape == (16, 16, 3)
    grey = images.fit(COLOR, (60, 80), channels=1)
    luma = COLOR @ np.array([0.299, 0.587, 0.114])
    assert np.abs(grey[..., 0] - luma).max() <= 1


def test_the_way_a_picture_was_scaled_is_said():
    cropped = images.prepare(COLOR, (32, 32, 1), "picture")
    assert any("Cropped: 25%" in note for note in cropped.notes)
    assert any("Turned grey" in note for note in cropped.notes)
    padded = images.prepare(COLOR, (32, 32, 3), "picture", how="pad")
    assert any("Padded: 25%" in note for note in padded.notes)
    assert images.prepare(COLOR[:60, :60], (30, 30, 3), "picture").notes == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((COLOR, (28, 28, 1), "sound"), "'digit' or 'picture'"),
        ((COLOR, (28, 28, 1), "picture", "squash"), "'crop' or 'pad'"),
        ((COLOR, (28, 28, 2), "picture"), "1 or 3 channels"),
        ((COLOR / 255, (28, 28, 1), "digit"), "array of bytes"),
        ((COLOR[:0], (28, 28, 1), "digit"), "array of bytes"),
        ((COLOR, (28, 28, 1), "digit", "crop", "red"), "'auto', 'dark' or 'light'"),
    ],
)
def test_what_cannot_be_prepared_is_refused(arguments, words):
    with pytest.raises(LabError, match=words):
        images.prepare(*arguments)


def test_the_ink_of_a_drawing_is_looked_for_once(monkeypatch):
    module = importlib.import_module("cnnlab.images.prepare")
    asked = []
    find = module.find_ink
    monkeypatch.setattr(module, "find_ink", lambda *given: asked.append(given) or find(*given))
    module._kept.cache_clear()
    drawing = np.zeros((140, 140), np.uint8)
    drawing[30:110, 60:75] = 255
    images.prepare(drawing, (28, 28, 1), "digit")  # strokes of a pen need no search
    drawing[40:100, 85:97] = 255
    images.prepare(drawing, (28, 28, 1), "digit")
    assert not asked
    drawing[40:100, 0:2] = drawing[0:2, :] = 255
    small, large = (images.prepare(drawing, (side, side, 1), "digit") for side in (28, 32))
    assert len(asked) == 1
    assert (small.network_input.shape[0], large.network_input.shape[0]) == (28, 32)
    images.prepare(drawing, (28, 28, 1), "digit", ink="light")
    assert len(asked) == 2
    photo = np.tile(drawing, (2, 2))
    for _ in range(2):
        images.prepare(photo, (28, 28, 1), "digit")
    assert len(asked) == 4


def pen_drawing(width: int = 90) -> np.ndarray:
    """A 7 as a pad sends it: `(140, 140)` uint8, edges a pixel wide."""
    large = Image.new("L", (1120, 1120))
    pen, points = ImageDraw.Draw(large), [(336, 280), (784, 280), (504, 896)]
    pen.line(points, fill=255, width=width, joint="curve")
    return np.asarray(large.resize((140, 140), Image.Resampling.BOX))


def test_a_clean_drawing_is_what_the_search_would_find():
    drawn = pen_drawing()
    assert drawn_ink(drawn).grey is drawn
    found = images.prepare_digit(find_ink(drawn).grey).network_input
    seen = images.prepare(drawn, (28, 28, 1), "digit")
    assert np.abs(seen.network_input - found).sum() < 0.15 * found.sum()  # their edges differ
    assert seen.facts["lines"] == 0
    assert not seen.doubts


def test_marks_of_a_drawing_are_those_the_search_would_choose():
    apart = pen_drawing().copy()
    apart[66:72] = 0  # the pen was lifted: two parts of one digit
    stray = pen_drawing().copy()
    stray[5:13, 5:9] = 255
    rival = np.zeros((140, 140), np.uint8)
    rival[30:100, 20:32] = rival[40:104, 100:112] = 255
    border = np.roll(pen_drawing(), 25, axis=0)
    for drawn in (apart, stray, rival, border):
        chosen, found = drawn_ink(drawn), find_ink(drawn)
        assert chosen.doubts == found.doubts
        assert chosen.facts == dict(found.facts)
        one, other = (images.prepare_digit(ink.grey).network_input for ink in (chosen, found))
        assert np.abs(one - other).sum() < 0.2 * other.sum()
    assert drawn_ink(apart).grey is apart
    assert drawn_ink(rival).doubts
    assert drawn_ink(border).facts["cut"]


@pytest.mark.parametrize("kind", ["lines", "frame", "thin", "sheet", "dark", "soft", "grain"])
def test_what_is_no_drawing_of_a_pen_is_searched(kind):
    shown = pen_drawing().copy()
    if kind == "lines":
        shown[20:24, 5:135] = shown[126:130, 5:135] = 255
    elif kind == "frame":
        shown[:, :3] = shown[:3] = 255
    elif kind == "thin":
        shown = pen_drawing(width=20)
    elif kind == "sheet":
        shown = np.pad(255 - shown[20:120, 20:120], 20)
    elif kind == "dark":
        shown = 255 - shown
    elif kind == "soft":
        shown = np.asarray(Image.fromarray(shown).filter(ImageFilter.GaussianBlur(4)))
    else:
        shown = np.maximum(shown, np.random.default_rng(0).integers(1, 4, shown.shape, np.uint8))
    assert drawn_ink(shown) is None


def _woven(height: int, width: int, thread: int) -> np.ndarray:
    rows, columns = np.indices((height, width)) // thread
    return ((rows + columns) % 2 * 255).astype(np.uint8)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "picture",
    [
        _woven(140, 140, 1),  # finer than the blur that finds a stroke's edge
        _woven(31, 2, 9),  # narrower than the strips that printed lines are sought in
        np.repeat(np.uint8([[255], [0]] * 125), 9, axis=1),  # marks side by side touch their rims
        _woven(2, 2, 1),
    ],
)
def test_textures_are_answered_whatever_they_are(picture):
    for ink in ("auto", "dark", "light"):
        made = images.prepare(picture, (28, 28, 1), "digit", ink=ink)
        assert np.isfinite(made.network_input).all()


def test_what_lies_close_to_a_digit_takes_none_of_it_away():
    alone = np.zeros((200, 200), np.uint8)
    alone[40:160, 90:110] = 255
    beside = alone.copy()
    beside[96:104, 112:120] = 255  # two pixels off
    made = [find_ink(255 - one).grey for one in (alone, beside)]
    inks = [(one > 127).sum() for one in made]
    assert inks[1] >= inks[0] - 8
