"""What people said of photos that they had asked about: photo, what a model took it for, and what it is.

One folder a photo, so that visitors who correct at the same time are not in each other's way, and the same photo
corrected again has one correction.
"""

import contextlib
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from core import trash
from core.data.photo import to_stored
from core.data.store import load_dataset
from core.errors import FittingRoomError, NameInvalid, NotFound
from core.files import is_id, read_json, write_bytes, write_json
from core.model.answer import Answer
from core.model.answers import Batch
from core.model.bundle import Model
from core.settings import load_settings

MAX_LABEL_CHARACTERS = 60
FACTS = "correction.json"


@dataclass(frozen=True)
class Correction:
    """A photo that somebody has named."""

    id: str  # SHA-256 of the kept JPEG, in hexadecimal
    folder: Path
    photo: str  # its name
    label: str  # as the person says; of the model's classes or a new one
    said: str | None  # as the model said; None: it was not asked
    probability: float | None  # of that
    model_id: str
    model_name: str
    dataset_id: str  # what the model was taught with; "" of a model that came with the app
    at: float  # Unix seconds

    @property
    def photo_path(self) -> Path:
        """The kept JPEG."""
        return self.folder / "photo.jpg"


def correct(content: bytes, answer: Answer, label: str, model: Model) -> Correction:
    """Keeps what a photo shows. What was said of the same photo before makes room.

    Args:
        content: of the photo's file.
        answer: what the model said of it.
        label: one of the model's classes or a new one.
        model: the one that was asked.

    Raises:
        PhotoError: it is no photo.
        NameInvalid: the label is empty or too long.
    """
    label = checked_label(label, model)
    stored = to_stored(content)
    folder = load_settings().corrections_dir / sha256(stored).hexdigest()
    found = Correction(
        folder.name,
        folder,
        answer.photo,
        label,
        answer.label,
        answer.probability,
        model.id,
        model.name,
        str(model.dataset.get("id", "")),
        time.time(),
    )
    write_bytes(found.photo_path, stored)
    facts = {name: value for name, value in asdict(found).items() if name not in ("id", "folder")}
    write_json(folder / FACTS, facts)  # the last: with it the correction is there
    return found


def correct_answer(batch: Batch, index: int, model: Model, label: str) -> Correction:
    """As `correct`, of a photo that was asked about and is kept with its answer.

    Raises:
        NotFound: it is not kept any more, or was no photo.
        NameInvalid: the label is empty or too long.
    """
    path = batch.photo_path(index)
    if path is None or not path.exists():
        raise NotFound("This photo is not kept any more. Ask about it again, then say what it is.")
    return correct(path.read_bytes(), batch.answers[index], label, model)


def checked_label(label: str, model: Model) -> str:
    """A label in one line; written as a class, or as what was said before, where it differs in capitals alone.

    Raises:
        NameInvalid: it is empty or too long.
    """
    label = " ".join("".join(each for each in label if each.isprintable() or each.isspace()).split())
    if not label or len(label) > MAX_LABEL_CHARACTERS:
        raise NameInvalid(
            f"What it is takes 1 to {MAX_LABEL_CHARACTERS} characters, such as “skirt”. Received: “{label[:80]}”"
        )
    return next((name for name in known_labels(model) if name.casefold() == label.casefold()), label)


def known_labels(model: Model) -> list[str]:
    """The classes of a model, and what else people have named photos that they asked it about."""
    return [*dict.fromkeys([*model.class_names, *(each.label for each in list_corrections(model))])]


def find(content: bytes) -> Correction | None:
    """What was said of a photo; None if nothing.

    Raises:
        PhotoError: it is no photo.
    """
    return _read(load_settings().corrections_dir / sha256(to_stored(content)).hexdigest())


def find_in(batch: Batch, chosen: Iterable[int] | None = None) -> dict[int, Correction]:
    """What was said of the photos of a batch, by place in it. No photo is decoded, and few are read.

    Args:
        chosen: the places to look at; None looks at all.
    """
    sizes = _photo_sizes()
    found: dict[int, Correction] = {}
    for index in (range(len(batch.answers)) if chosen is None else chosen) if sizes else ():
        path = batch.photo_path(index)
        with contextlib.suppress(FileNotFoundError):  # the batch has made room for newer ones
            if path is not None and path.stat().st_size in sizes:
                # a batch keeps its photos as corrections do, so the file has the correction's own hash
                correction = _read(load_settings().corrections_dir / sha256(path.read_bytes()).hexdigest())
                if correction is not None:
                    found[index] = correction
    return found


def load_correction(correction_id: str) -> Correction:
    """Reads a correction.

    Raises:
        NotFound: no such correction.
    """
    found = _read(load_settings().corrections_dir / correction_id) if is_id(correction_id) else None
    if found is None:
        raise NotFound(f"There is no correction with the id “{correction_id}”. It may have been taken back.")
    return found


def list_corrections(model: Model | None = None) -> list[Correction]:
    """All corrections, the oldest first; damaged ones are passed over.

    Args:
        model: only what concerns it: what was said to it, to another that was taught with the same photos, or to one
            from whose photos and corrections its own were made.
    """
    found = [each for folder in load_settings().corrections_dir.glob("*/") if (each := _read(folder)) is not None]
    if model is not None:
        datasets, models = _ancestors(model)
        found = [each for each in found if each.model_id in models or each.dataset_id in datasets]
    return sorted(found, key=lambda each: (each.at, each.id))


def remove_correction(correction_id: str) -> str:
    """Takes a correction back, with its photo.

    Returns:
        A token for `core.trash.restore`.

    Raises:
        NotFound: no such correction.
    """
    return trash.move_to_trash(load_correction(correction_id).folder)


def _photo_sizes() -> set[int]:
    """Bytes of the kept photos: one of any other size was not corrected, and need not be read to know that."""
    sizes = set()
    for path in load_settings().corrections_dir.glob("*/photo.jpg"):
        with contextlib.suppress(FileNotFoundError):  # taken back right now
            sizes.add(path.stat().st_size)
    return sizes


def _read(folder: Path) -> Correction | None:
    facts: Any = read_json(folder / FACTS)
    try:
        found = Correction(id=folder.name, folder=folder, **facts)
        whole = isinstance(found.label, str) and isinstance(found.at, int | float) and found.photo_path.exists()
    except TypeError:  # nothing there, damaged, or of another version
        return None
    return found if whole else None


def _ancestors(model: Model) -> tuple[set[str], set[str]]:
    """The datasets and models that a model comes from, itself among them; as far as they are still there."""
    datasets: set[str] = set()
    models = {model.id}
    dataset_id = str(model.dataset.get("id", ""))
    while dataset_id and dataset_id not in datasets:
        datasets.add(dataset_id)
        try:
            source = load_dataset(dataset_id).source
        except FittingRoomError:
            break
        if model_id := source.get("model"):
            models.add(str(model_id))
        dataset_id = str(source.get("dataset", ""))
    return datasets, models
