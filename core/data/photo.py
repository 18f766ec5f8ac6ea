"""From bytes to a checked photo: the one decoder and the one resizer, for training and for asking alike."""

import io
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from core.errors import NotAnImage, PhotoDamaged, PhotoTooLarge, PhotoTooSmall
from core.settings import MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS

STORED_MAX_PX = 1280  # longer side of a kept photo: sharp on a full screen, and four times what networks look at
STORED_QUALITY = 90
FINE_PX = 200  # JPEGs are decoded at no less a side, where that is not more than twice what is needed
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF")  # MPO, of some phones, comes with JPEG
# What Pillow and the libraries under it raise on bytes that are not what they promise.
DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError),
    *(ArithmeticError, RuntimeError, struct.error),
)
PICTURE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")

try:
    from pillow_heif import register_heif_opener
except ImportError:  # an optional wheel: without it HEIC photos are refused with a reason
    pass
else:
    register_heif_opener()

# Pillow's own check comes after ours and knows no words for people.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Look:
    """What a dataset keeps of a photo beside its JPEG."""

    width: int  # pixels, as a person sees it
    height: int
    pixels: NDArray[np.uint8]  # shape (S, S, 3), 0 to 255
    perceptual_hash: str  # 16 hexadecimal digits


def look_at(content: bytes, size_px: int, min_side_px: int = 1) -> Look:
    """`size_of`, `to_pixels` and `perceptual_hash` in one decoding.

    Raises:
        NotAnImage, PhotoDamaged, PhotoTooLarge: as `decode`.
        PhotoTooSmall: a side shorter than `min_side_px`.
    """
    image = _open(content)
    width, height = _upright_size(image)
    if min(width, height) < min_side_px:
        raise PhotoTooSmall(f"{width} × {height} pixels are too few to see anything.")
    square = _square(_decoded(image, size_px), size_px)
    return Look(width, height, np.asarray(square), _difference_hash(square))


def decode(content: bytes, near_px: int | None = None) -> Image.Image:
    """Decodes bytes to an upright RGB photo, which proves that they are one.

    The first frame counts, EXIF orientation is applied, transparency is laid over white, and CMYK, 16-bit, palette and
    greyscale pictures become RGB.

    Args:
        content: what the file holds; its name is never trusted.
        near_px: the side it will be resized to. A JPEG is then decoded at no less than that, of a small one no less
            than twice that: up to four times as fast, and 1 to 2 grey levels away on average.

    Raises:
        NotAnImage: no picture, or of a kind that is not supported.
        PhotoDamaged: a picture that breaks off.
        PhotoTooLarge: more bytes or pixels than the limits allow.
    """
    return _decoded(_open(content), near_px)


def _decoded(image: Image.Image, near_px: int | None) -> Image.Image:
    image_format = image.format
    try:
        if near_px is not None and image_format == "JPEG":
            enough_px = max(near_px, min(2 * near_px, FINE_PX))
            image.draft("RGB", (enough_px, enough_px))
        image.load()
        turn = _TURNS.get(_orientation(image))
        upright = image if turn is None else image.transpose(turn)
        return _to_rgb(upright)
    except DAMAGE as error:
        raise PhotoDamaged(
            f"This {image_format} breaks off or is damaged, as after a download that did not finish. "
            f"Save or upload it again. ({error})"
        ) from error


def resize(photo: Image.Image, size_px: int) -> NDArray[np.uint8]:
    """Makes a photo square by stretching, as the course does.

    Args:
        photo: RGB.
        size_px: side of the result.

    Returns:
        Shape (size_px, size_px, 3), 0 to 255.
    """
    return np.asarray(_square(photo, size_px))


def _square(photo: Image.Image, size_px: int) -> Image.Image:
    return photo.resize((size_px, size_px), Image.Resampling.BICUBIC)


def to_pixels(content: bytes, size_px: int) -> NDArray[np.uint8]:
    """Decodes and resizes: what a network gets to see of a file.

    Returns:
        Shape (size_px, size_px, 3), 0 to 255.

    Raises:
        PhotoError: as `decode`.
    """
    return resize(decode(content, near_px=size_px), size_px)


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels as a person sees it, from the header alone.

    Raises:
        NotAnImage, PhotoTooLarge: as `decode`.
    """
    return _upright_size(_open(content))


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    turned = image.format != "TIFF" and _orientation(image) in (5, 6, 7, 8)  # Pillow opens TIFF upright by itself
    return (height, width) if turned else (width, height)


def to_stored(content: bytes) -> bytes:
    """The JPEG that a dataset keeps: upright, no metadata, at most `STORED_MAX_PX` on its longer side.

    A plain RGB JPEG within that size keeps its own compressed data, only its metadata goes.
    """
    image = _open(content)
    upright = image.format == "JPEG" and _orientation(image) == 1
    if upright and image.mode == "RGB" and max(image.size) <= STORED_MAX_PX:
        return _without_metadata(content)
    photo = decode(content, near_px=STORED_MAX_PX)
    photo.thumbnail((STORED_MAX_PX, STORED_MAX_PX), Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=STORED_QUALITY, comment=b"")  # or Pillow would hand on the one that came
    return kept.getvalue()


def perceptual_hash(pixels: NDArray[np.uint8]) -> str:
    """A difference hash: 64 bits that barely change when a photo is compressed or resized again.

    Source: N. Krawetz, "Kind of Like That", 2013: does each cell of a 9×8 grid outshine its right neighbour?

    Args:
        pixels: shape (S, S, 3).

    Returns:
        16 hexadecimal digits.
    """
    return _difference_hash(Image.fromarray(pixels))


def _difference_hash(square: Image.Image) -> str:
    grid = square.convert("L").resize((9, 8), Image.Resampling.BOX)
    brightness = np.asarray(grid, dtype=np.int16)
    bits = (brightness[:, :-1] > brightness[:, 1:]).ravel()
    return np.packbits(bits).tobytes().hex()


def _open(content: bytes) -> Image.Image:
    if not content:
        raise NotAnImage("This file is empty (0 bytes). Save or upload it again.")
    if len(content) > MAX_PHOTO_BYTES:
        raise PhotoTooLarge(f"{len(content) / 1024**2:.0f} MB is more than the 20 MB that a photo may have.")
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, *DAMAGE) as error:
        if content.startswith(PICTURE_MAGIC) or content[8:12] == b"WEBP":
            raise PhotoDamaged("This picture breaks off near its beginning. Save or upload it again.") from error
        raise NotAnImage(_what_it_is(content)) from error
    pixels = image.width * image.height
    if pixels > MAX_PHOTO_PIXELS:
        raise PhotoTooLarge(f"{pixels / 1e6:.0f} megapixels are more than the 50 a photo may have. Save it smaller.")
    return image


# EXIF 2.3, tag 0x0112: how to turn what the camera wrote; as in `ImageOps.exif_transpose`.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(image: Image.Image) -> int:
    """What EXIF says, 1 to 8; 1 where it says nothing or is broken. Never decodes: a PNG's `getexif` would."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except DAMAGE:
        return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I", "F"):  # 16 bits of grey: `convert` would clip, not scale
        grey = np.asarray(image, dtype=np.float64)
        scale = 255.0 / 65535.0 if grey.max(initial=0) > 255 else 1.0
        return Image.fromarray(np.clip(grey * scale, 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("RGB")
    return image.convert("RGB")


def _what_it_is(content: bytes) -> str:
    """Says what the bytes are instead of a photo, and the way out."""
    start = content[:512].lstrip().lower()
    known = {
        b"%pdf": "This is a PDF. Save the page as JPEG or PNG.",
        b"<!doctype html": "This is a web page, not a picture.",
        b"<html": "This is a web page, not a picture.",
        b"<svg": "This is an SVG drawing. Save it as PNG.",
        b"<?xml": "This is an XML file, not a picture.",
        b"pk\x03\x04": "This is a ZIP archive, not a picture.",
        b"8bps": "This is a Photoshop file. Save it as JPEG or PNG.",
    }
    for magic, words in known.items():
        if start.startswith(magic):
            return words
    if content[4:8] == b"ftyp":
        return "This is a video, or a kind of photo that cannot be read here. Save it as JPEG or PNG."
    if b"\0" not in content[:512]:
        return "This is a text file, whatever its name says. Only pictures can be used."
    return "This is no picture that can be read here (JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC, AVIF)."


def _without_metadata(jpeg: bytes) -> bytes:
    """Drops the application segments and comments that hold metadata: where, when, with what, a thumbnail.

    Kept: APP0 (JFIF), APP2 (colour profile) and APP14 (how the colours are stored), ITU-T T.81 section B.1.1.3.
    """
    kept, position = [jpeg[:2]], 2
    while position + 4 <= len(jpeg) and jpeg[position] == 0xFF:
        marker = jpeg[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        if marker == 0xDA:  # the picture itself: all that follows
            return b"".join([*kept, jpeg[position:]])
        end = position + 2 + int.from_bytes(jpeg[position + 2 : position + 4], "big")
        is_metadata = marker == 0xFE or (0xE1 <= marker <= 0xEF and marker not in (0xE2, 0xEE))
        if not is_metadata:
            kept.append(jpeg[position:end])
        position = end
    return jpeg
