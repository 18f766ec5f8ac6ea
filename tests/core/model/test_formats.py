"""Every kind of photo that people hand over: an answer, the same whatever it is packed in, or a reason."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.model import bundle
from core.model.answer import Answer
from core.model.predictor import Predictor
from core.sources import garments
from tests.core.conftest import Home


@pytest.fixture
def predictor(trained_home: Home) -> Predictor:
    return Predictor(bundle.load_model(trained_home.run_id))


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return garments.draw("dress", 3, 120, 160).convert("RGB")


def packed(image: Image.Image, image_format: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, image_format, **options)
    return content.getvalue()


def asked(predictor: Predictor, content: bytes) -> Answer:
    [answer] = predictor.predict_photos([("photo", content)])
    return answer


@pytest.mark.parametrize(
    ("image_format", "options"),
    [
        ("JPEG", {"quality": 97, "subsampling": 0}),
        ("PNG", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("WEBP", {"lossless": True}),
        ("HEIF", {"quality": 95}),
        ("AVIF", {"quality": 95}),
        ("GIF", {}),
    ],
)
def test_the_answer_does_not_depend_on_the_format(predictor, photo, image_format, options):
    plain = asked(predictor, packed(photo, "PNG"))
    found = asked(predictor, packed(photo, image_format, **options))
    assert found.error is None
    assert found.probabilities == pytest.approx(plain.probabilities, abs=0.05)


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP", "PNG", "TIFF"])
@pytest.mark.parametrize(("turn", "orientation"), [("ROTATE_180", 3), ("ROTATE_90", 6), ("ROTATE_270", 8)])
def test_a_photo_that_says_how_it_was_held_is_looked_at_upright(predictor, photo, image_format, turn, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = packed(photo.transpose(Image.Transpose[turn]), image_format, exif=exif)
    upright = asked(predictor, packed(photo, image_format))
    assert asked(predictor, turned).probabilities == pytest.approx(upright.probabilities, abs=0.02)


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_picture_counts(predictor, photo, image_format):
    frames = [Image.new("RGB", photo.size, colour) for colour in ("red", "blue")]
    moving = packed(photo, image_format, save_all=True, append_images=frames)
    still = asked(predictor, packed(photo, image_format))
    assert asked(predictor, moving).probabilities == pytest.approx(still.probabilities, abs=0.05)


def test_what_is_transparent_lies_on_white(predictor):
    cut = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    ImageDraw.Draw(cut).ellipse((20, 20, 60, 60), fill=(200, 30, 30, 255))
    on_white = Image.alpha_composite(Image.new("RGBA", cut.size, "white"), cut).convert("RGB")
    assert asked(predictor, packed(cut, "PNG")).probabilities == asked(predictor, packed(on_white, "PNG")).probabilities


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "I;16"])
def test_pictures_of_other_colours_are_answered(predictor, photo, mode):
    sixteen_bits = Image.fromarray(np.asarray(photo.convert("L"), np.uint16) * 257)
    image = sixteen_bits if mode == "I;16" else photo.convert(mode)
    assert asked(predictor, packed(image, "TIFF" if mode == "CMYK" else "PNG")).error is None


def test_a_single_point_is_answered(predictor):
    assert asked(predictor, packed(Image.new("RGB", (1, 1), "red"), "PNG")).error is None


def test_what_would_fill_the_memory_is_refused_by_its_size_unopened(predictor):
    assert "144 megapixels" in (asked(predictor, packed(Image.new("1", (12_000, 12_000)), "PNG")).error or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xff\xd8\xff\xe0 and no more", "breaks off"),
        (b"PK\x03\x04", "ZIP"),
        (b"just words", "text file"),
        (bytes(21 * 1024**2), "20 MB"),
    ],
)
def test_what_is_no_photo_gets_its_reason(predictor, content, said):
    answer = asked(predictor, content)
    assert said in (answer.error or "") and answer.probabilities is None
