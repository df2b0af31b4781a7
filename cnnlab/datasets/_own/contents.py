"""What is a picture: told by its first bytes, because names promise too much or too little."""

import re

HEAD_BYTES = 32
_ENDINGS = "jpg jpeg jpe jfif jif png apng webp gif bmp dib tif tiff ppm pgm pbm pnm avif avifs"
SUFFIXES = frozenset(f".{ending}" for ending in _ENDINGS.split())
_SIGNATURES = re.compile(
    rb"\xff\xd8\xff"  # JPEG
    rb"|\x89PNG\r\n\x1a\n"
    rb"|GIF8[79]a"
    rb"|BM.{4}\0\0\0\0"  # BMP: size, then four bytes that are reserved
    rb"|RIFF.{4}WEBP"
    rb"|II[*+]\0|MM\0[*+]"  # TIFF and BigTIFF
    rb"|P[1-6][\s#]"  # PBM, PGM, PPM
    rb"|.{4}ftypavi[fs]",
    re.DOTALL,
)
_HEIC = re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is a picture of a kind that is read here."""
    return _SIGNATURES.match(head) is not None


def is_heic(head: bytes) -> bool:
    """Whether it is a photo as telephones keep it, which is not read here."""
    return _HEIC.match(head) is not None


def is_zip(head: bytes) -> bool:
    """Whether it is a zip archive."""
    return head.startswith(_ZIP)


def suffix(name: str) -> str:
    """A file's ending in small letters, with its dot; "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""
