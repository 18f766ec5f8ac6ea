"""A network that was brought in becomes a model like any other: described, asked once, and put where models are."""

import io
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import jinja2
from PIL import Image

from core import trash
from core.errors import ModelRefused, ModelUnreadable
from core.files import is_id, link_file, new_id, read_json, write_bytes, write_json
from core.model.bundle import BUNDLED_DIR, Model, Thresholds, read_model, write_facts
from core.model.card import card_of
from core.model.importing import Import
from core.model.predictor import Predictor
from core.settings import load_settings

BROKEN = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OverflowError),
    *(ModelUnreadable, jinja2.TemplateError),
)
SAID_HERE = ("name", "note", "licence")  # of a model that is made anew: it was people who said so


def move_in(now: Import) -> Model:
    """Puts the model where models are, once it has its card and has answered.

    Where it is made anew, it keeps what people said of it, and the one that was there goes to the trash.

    Raises:
        ModelRefused: it does not answer, or its card cannot be written.
    """
    models, made = load_settings().models_dir, now.folder / "made"
    assert now.understood is not None and now.class_names is not None
    if now.understood.kind == "own":
        shutil.copytree(now.folder / "kept", made, dirs_exist_ok=True)
        said = read_json(made / "model.json")
        write_json(made / "model.json", {**said, "name": now.name or said["name"]})
    else:
        write_facts(_described(now, made))
    place = models / (now.model_id or _free_id(now))
    if place.exists():
        _carry_over(place, made)
    _prove(replace(read_model(made), id=place.name))
    models.mkdir(parents=True, exist_ok=True)
    old = trash.move_to_trash(place) if place.exists() else trash.GONE
    try:
        os.rename(made, place)
    except OSError:
        if old != trash.GONE:
            trash.restore(old)
        raise
    return read_model(place)


def _carry_over(place: Path, made: Path) -> None:
    """What people have said of the model since it was made: its name, its licence, a note, the words of its card."""
    before, said = read_json(place / "model.json"), read_json(made / "model.json")
    if isinstance(before, dict):
        write_json(made / "model.json", {**said, **{name: before[name] for name in SAID_HERE if name in before}})
    if (place / "words.json").exists():
        link_file(place / "words.json", made / "words.json")


def _prove(model: Model) -> None:
    """Writes its card, and asks it about a picture.

    Raises:
        ModelRefused: one of both fails.
    """
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(picture, "PNG")
    try:
        write_bytes(model.folder / "card.md", card_of(model).encode())
        Predictor(model).predict_photos([("grey", picture.getvalue())])
    except BROKEN as error:
        said = str(error) if isinstance(error, ModelUnreadable) else f"{type(error).__name__}: {error}"
        raise ModelRefused(f"Made of this file, the model does not answer ({said[:300]}). Export it again.") from error


def _described(now: Import, made: Path) -> Model:
    """What is known of a network that comes from elsewhere."""
    found = now.understood
    assert found is not None and now.class_names is not None
    return Model(
        id=made.name,
        folder=made,
        name=now.name or Path(now.file_name).stem[:60],
        class_names=now.class_names,
        input_size_px=found.size_px,
        temperature=1.0,
        thresholds=Thresholds(),
        created_at=time.time(),
        dataset={"id": "", "name": "elsewhere", "fingerprint": now.id, "photos": 0},
        recipe={"name": "imported", "from": found.words, "scaling": now.scaling},
        versions={},  # of where it was taught; nobody here knows them
        test=None,
        seconds=0.0,
        size_bytes=(made / "model.tflite").stat().st_size,
        note=f"Brought in from {now.file_name}",
    )


def _free_id(now: Import) -> str:
    """The id of the model where it came from, if no other has it here."""
    settings, wanted = load_settings(), now.file_name.rpartition(".")[0]
    places = (settings.runs_dir / wanted, settings.models_dir / wanted, BUNDLED_DIR / wanted)
    is_own = now.understood is not None and now.understood.kind == "own"
    if is_own and is_id(wanted) and not any(place.exists() for place in places):
        return wanted
    return new_id(now.name or Path(now.file_name).stem)
