"""The one decoder: every format that people have, upright and RGB, and a reason for what is no photo."""

import contextlib
import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.data import photo
from core.errors import NotAnImage, PhotoDamaged, PhotoError, PhotoTooLarge, PhotoTooSmall
from tests.conftest import picture

RED = (200, 30, 40)


def saved(image: Image.Image, image_format: str, **options) -> bytes:
    content = io.BytesIO()
    image.save(content, image_format, **options)
    return content.getvalue()


def plain(width: int = 60, height: int = 40, colour=RED) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF"])
def test_every_format_is_decoded_to_its_colours(image_format):
    decoded = photo.decode(saved(plain(), image_format))
    assert decoded.mode == "RGB" and decoded.size == (60, 40)
    assert np.abs(np.asarray(decoded, float).mean((0, 1)) - RED).max() < 6


def test_cmyk_and_grey_and_palette_become_rgb():
    for mode, image_format in (("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("1", "PNG")):
        decoded = photo.decode(saved(plain(colour=(255, 255, 255)).convert(mode), image_format))
        assert decoded.mode == "RGB" and np.asarray(decoded).min() > 245


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = np.linspace(0, 65535, 64, dtype=np.uint16)
    decoded = np.asarray(photo.decode(saved(Image.fromarray(np.tile(ramp, (64, 1))), "PNG")))
    assert abs(int(decoded[0, 32, 0]) - 129) <= 2 and decoded[0, -1, 0] == 255


def test_transparency_is_laid_over_white():
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert np.asarray(photo.decode(saved(clear, "PNG"))).min() == 255


def test_the_first_frame_counts():
    frames = [plain(colour=RED), plain(colour=(0, 0, 255))]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.asarray(photo.decode(content))[0, 0, 0] > 150


def test_exif_orientation_is_applied_and_metadata_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A phone"
    content = saved(plain(), "JPEG", exif=exif)
    assert photo.size_of(content) == (40, 60) == photo.decode(content).size
    stored = photo.to_stored(content)
    assert Image.open(io.BytesIO(stored)).size == (40, 60) and b"A phone" not in stored


def test_a_plain_jpeg_is_stored_as_it_is_but_without_metadata():
    exif = Image.Exif()
    exif[0x010F] = "A phone"
    content = saved(plain(), "JPEG", exif=exif, comment=b"secret")
    stored = photo.to_stored(content)
    assert b"A phone" not in stored and b"secret" not in stored
    assert np.array_equal(np.asarray(photo.decode(content)), np.asarray(photo.decode(stored)))


def test_a_large_photo_is_stored_smaller_and_without_metadata():
    stored = Image.open(io.BytesIO(photo.to_stored(saved(plain(3000, 1500), "PNG"))))
    assert stored.size == (1280, 640) and stored.format == "JPEG"
    exif = Image.Exif()
    exif[0x010F] = "A phone"
    for image_format, words in (
        ("JPEG", {"comment": b"secret"}),
        ("WEBP", {"xmp": b"secret"}),
        ("GIF", {"comment": b"secret"}),
    ):
        content = photo.to_stored(saved(plain(3000, 1500), image_format, exif=exif, **words))
        assert b"A phone" not in content and b"secret" not in content


def test_one_look_says_what_three_decodings_would():
    content = picture(5, 400, 500)
    look = photo.look_at(content, 100, min_side_px=16)
    assert (look.width, look.height) == photo.size_of(content) == (400, 500)
    assert np.array_equal(look.pixels, photo.to_pixels(content, 100))
    assert look.perceptual_hash == photo.perceptual_hash(look.pixels)
    with pytest.raises(PhotoTooSmall, match="400 × 500 pixels are too few"):
        photo.look_at(content, 100, min_side_px=401)


def test_draft_decoding_differs_by_little():
    content = picture(3, 800, 1000)
    slow = photo.resize(photo.decode(content), 100).astype(int)
    assert np.abs(photo.to_pixels(content, 100) - slow).mean() < 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "0 bytes"),
        (b"just some words", "text file"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"%PDF-1.7 \x00", "PDF"),
        (b"PK\x03\x04\x00\x00", "ZIP"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00", "video"),
        (b"\x00\x01\x02\x03", "no picture"),
    ],
)
def test_what_is_no_picture_is_named(content, words):
    with pytest.raises(NotAnImage, match=words):
        photo.decode(content)


@pytest.mark.parametrize("read", [photo.decode, photo.to_stored, photo.size_of])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF"])
def test_a_picture_cut_off_anywhere_is_a_photo_error_and_nothing_else(image_format, read):
    content = picture(1, 300, 300, image_format)
    for share in (0.02, 0.1, 0.3, 0.5, 0.8, 0.97):
        with contextlib.suppress(PhotoError):  # a lenient decoder may still show what there is
            read(content[: int(len(content) * share)])


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_picture_is_damaged(image_format):
    content = picture(1, 300, 300, image_format)
    with pytest.raises(PhotoDamaged, match="breaks off"):
        photo.to_pixels(content[: len(content) // 2], 100)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_broken_metadata_is_no_reason_to_refuse_a_photo(image_format):
    content = saved(plain(), image_format, exif=b"Exif\0\0" + b"garbage" * 9)
    assert photo.size_of(content) == (60, 40) == photo.decode(content).size
    assert photo.to_stored(content)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_orientation_is_turned_upright(image_format):
    corner = Image.new("RGB", (60, 40), "white")
    corner.paste((200, 0, 0), (0, 0, 20, 20))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        content = saved(corner, image_format, exif=exif)
        expected = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
        assert np.array_equal(np.asarray(photo.decode(content)), np.asarray(expected))
        assert photo.size_of(content) == expected.size


def test_too_many_pixels_are_refused_before_decoding():
    content = saved(Image.new("1", (8000, 7000)), "PNG")
    with pytest.raises(PhotoTooLarge, match="56 megapixels"):
        photo.decode(content)


def test_the_perceptual_hash_survives_compression_and_size():
    image = Image.open(io.BytesIO(picture(5, 400, 500)))
    hashes = [
        int(photo.perceptual_hash(photo.to_pixels(content, 100)), 16)
        for content in (saved(image, "PNG"), saved(image, "JPEG", quality=40), saved(image.resize((200, 250)), "JPEG"))
    ]
    other = int(photo.perceptual_hash(photo.to_pixels(picture(6, 400, 500), 100)), 16)
    assert max(bin(hashes[0] ^ same).count("1") for same in hashes) <= 4 < bin(hashes[0] ^ other).count("1")
