"""What people say of photos is kept once a photo, also when many say it at once, and can be taken back."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from core import trash
from core.data.photo import to_stored
from core.errors import NameInvalid, NotAnImage, NotFound
from core.files import write_json
from core.model import answers, corrections
from core.model.answer import Answer
from core.model.bundle import Model, Thresholds
from core.settings import load_settings
from tests.conftest import picture

SAID = Answer("a.jpg", "dress", 0.9, True, {"dress": 0.9, "hat": 0.1})


def model_of(dataset_id: str, model_id: str = "m") -> Model:
    about = {"id": dataset_id, "name": "Mine", "fingerprint": "f", "photos": 9}
    return Model(
        model_id, Path(), "Model", ("dress", "hat"), 24, 1.0, Thresholds(), 0.0, about, {}, {}, None, 1.0, 9
    )  # fmt: skip


MODEL = model_of("mine")


def test_a_correction_is_read_back_with_its_photo() -> None:
    content = picture(1, image_format="PNG")
    made = corrections.correct(content, SAID, "hat", MODEL)
    assert corrections.list_corrections() == [made] == [corrections.load_correction(made.id)]
    assert (made.said, made.probability, made.label, made.model_id, made.dataset_id) == (
        "dress",
        0.9,
        "hat",
        "m",
        "mine",
    )
    assert made.photo_path.read_bytes() == to_stored(content)


def test_the_same_photo_again_replaces_what_was_said() -> None:
    corrections.correct(picture(1), SAID, "hat", MODEL)
    corrections.correct(picture(1), SAID, "scarf", MODEL)
    assert [each.label for each in corrections.list_corrections()] == ["scarf"]


def test_a_photo_of_a_batch_is_the_photo_that_was_asked_about() -> None:
    content = picture(1, width=1500, height=900)  # larger than what is kept
    batch = answers.save_batch(
        "m", "Model", [("a.jpg", content), ("b", b"%PDF")], [SAID, Answer("b", *[None] * 4, "no")]
    )
    made = corrections.correct_answer(batch, 0, MODEL, "hat")
    path = batch.photo_path(0)
    assert path is not None and corrections.find(path.read_bytes()) == made == corrections.find(content)
    with pytest.raises(NotFound, match="not kept"):
        corrections.correct_answer(batch, 1, MODEL, "hat")


def as_a_phone_has_it() -> bytes:
    """Lying on its side, with its EXIF."""
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(io.BytesIO(picture(4))).save(kept, "JPEG", exif=exif, comment=b"from a phone")
    return kept.getvalue()


def test_what_was_said_of_a_batch_is_found_by_place_whatever_the_photos_were() -> None:
    photos = [
        picture(1, width=1500, height=900),
        b"%PDF",
        picture(2, image_format="PNG", mode="RGBA"),
        picture(3, mode="CMYK"),
        as_a_phone_has_it(),
        picture(5),
    ]
    found = [SAID if content != b"%PDF" else Answer("b", *[None] * 4, "no") for content in photos]
    batch = answers.save_batch("m", "Model", [("a.jpg", content) for content in photos], found)
    assert corrections.find_in(batch) == {}
    made = {index: corrections.correct(photos[index], SAID, f"label {index}", MODEL) for index in (0, 2, 3, 4)}
    assert corrections.find_in(batch) == made
    assert corrections.find_in(batch, [4, 5, 1]) == {4: made[4]}
    corrections.remove_correction(made[4].id)
    for path in batch.folder.glob("00000.jpg"):
        path.unlink()
    assert list(corrections.find_in(batch)) == [2, 3]


def test_of_a_batch_only_photos_are_read_that_may_have_been_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = answers.save_batch("m", "Model", [("a.jpg", picture(seed)) for seed in range(9)], [SAID] * 9)
    made = corrections.correct_answer(batch, 3, MODEL, "hat")
    read: list[str] = []
    as_ever = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or as_ever(path))
    same_size = [path for path in batch.folder.glob("*.jpg") if path.stat().st_size == made.photo_path.stat().st_size]
    assert corrections.find_in(batch) == {3: made}
    assert [name for name in read if name.endswith(".jpg")] == sorted(path.name for path in same_size) != []
    assert len(same_size) < 9


def test_labels_are_one_line_and_written_as_they_were_before() -> None:
    def said(label: str) -> str:
        return corrections.correct(picture(1), SAID, label, MODEL).label

    assert said("  HAT\n") == "hat"
    assert said("Silk \t scarf") == "Silk scarf"
    assert said("silk SCARF") == "Silk scarf"
    for bad in ("", " \n", "x" * 61):
        with pytest.raises(NameInvalid):
            said(bad)
    with pytest.raises(NotAnImage):
        corrections.correct(b"%PDF-1.4", SAID, "hat", MODEL)


def test_many_visitors_at_once_lose_nothing() -> None:
    def say(number: int) -> None:
        corrections.correct(picture(number % 12), SAID, f"label {number // 12}", MODEL)
        corrections.list_corrections()

    with ThreadPoolExecutor(12) as visitors:
        list(visitors.map(say, range(96)))
    found = corrections.list_corrections()
    assert len(found) == 12
    assert {each.label for each in found} <= {f"label {number}" for number in range(8)}


def test_taken_back_can_be_undone() -> None:
    made = corrections.correct(picture(1), SAID, "hat", MODEL)
    token = corrections.remove_correction(made.id)
    assert corrections.list_corrections() == [] and corrections.find(picture(1)) is None
    assert not list(load_settings().corrections_dir.rglob("*.jpg")), "the photo goes as well"
    with pytest.raises(NotFound):
        corrections.remove_correction(made.id)
    trash.restore(token)
    assert corrections.list_corrections() == [made]


@pytest.mark.parametrize("damage", ["not json", "{}", '{"label": 3}', "[]", "no photo"])
def test_a_damaged_one_is_passed_over(damage: str) -> None:
    whole = corrections.correct(picture(1), SAID, "hat", MODEL)
    broken = corrections.correct(picture(2), SAID, "hat", MODEL)
    if damage == "no photo":
        broken.photo_path.unlink()
    else:
        (broken.folder / "correction.json").write_text(damage)
    assert corrections.list_corrections() == [whole]
    assert corrections.find(picture(2)) is None


@pytest.mark.parametrize("correction_id", ["../uploads", "", "a/b", "0" * 64])
def test_what_is_not_there_or_leads_elsewhere_is_not_found(correction_id: str) -> None:
    with pytest.raises(NotFound):
        corrections.load_correction(correction_id)


def test_a_model_is_told_what_concerns_it() -> None:
    for number, (dataset_id, model_id) in enumerate(
        [("mine", "m"), ("mine", "other"), ("", "clothes"), ("far", "far")]
    ):
        corrections.correct(picture(number), SAID, "hat", model_of(dataset_id, model_id))
    source = {"kind": "corrections", "dataset": "mine", "model": "clothes"}
    facts = {"name": "Mine, corrected", "source": source, "created_at": 1.0}
    write_json(load_settings().datasets_dir / "corrected" / "dataset.json", facts)

    def told(model: Model) -> list[str]:
        return [each.model_id for each in corrections.list_corrections(model)]

    assert told(MODEL) == ["m", "other"], "those taught with the same photos share what they were told"
    assert told(model_of("", "clothes")) == ["clothes"], "models that came along have no photos in common"
    assert told(model_of("corrected", "new")) == ["m", "other", "clothes"], "and what it was made of"
