"""A model on disk: a folder that answers by itself, with its class names, thresholds, report and card."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core import trash
from core.data.store import checked_name
from core.errors import FittingRoomError, ModelUnreadable, NameInvalid, NotFound
from core.files import is_id, read_json, write_json
from core.settings import load_settings

MAX_NOTE_CHARACTERS = 2000
BUNDLED_DIR = Path(__file__).parents[2] / "models"  # the models that come with the app, never changed
PREPROCESSING = "upright, RGB, stretched to a square (core.data.photo.to_pixels), 0 to 255; rescaling is inside"


@dataclass(frozen=True)
class Thresholds:
    """Where a verdict changes its words: see `core.model.verdict`."""

    sure: float = 0.90
    probable: float = 0.70
    between: float = 0.20  # difference of the first two


@dataclass(frozen=True)
class Model:
    """What a model folder says of itself."""

    id: str  # of a run's model: the id of the run
    folder: Path
    name: str
    class_names: tuple[str, ...]
    input_size_px: int
    temperature: float
    thresholds: Thresholds
    created_at: float  # Unix seconds
    dataset: dict[str, Any]  # id, name, fingerprint, photos
    recipe: dict[str, Any]
    versions: dict[str, str]
    test: dict[str, Any] | None  # accuracy, macro_precision, macro_recall, macro_f1, photos
    seconds: float  # of learning
    size_bytes: int  # of what answers: model.tflite
    licence: str = ""  # of the model and the photos it learned from; "" if nobody said
    fitted: Thresholds | None = None  # as its training left them, where a person has chosen others since
    note: str = ""  # a person's own words
    machine: str = ""  # on which it learned; "" where nobody kept it

    @property
    def tflite_path(self) -> Path:
        return self.folder / "model.tflite"

    @property
    def keras_path(self) -> Path:
        return self.folder / "model.keras"

    @property
    def is_bundled(self) -> bool:
        """True for a model that comes with the app: it can neither be renamed nor deleted."""
        return self.folder.parent == BUNDLED_DIR


def clothing_model_dir() -> Path:
    """The folder of the clothing model that comes with the app, whether it is there or not."""
    return BUNDLED_DIR / "clothing-photos"


def write_facts(model: Model) -> None:
    """Writes `model.json`, with which a folder that holds `model.tflite` becomes a model."""
    facts = asdict(model)
    for derived in ("id", "folder", "size_bytes"):
        del facts[derived]
    write_json(model.folder / "model.json", {**facts, "preprocessing": PREPROCESSING})


def list_models() -> list[Model]:
    """All models that can be read, newest first: of runs, saved ones, and those that come with the app."""
    settings = load_settings()
    places = [
        *settings.runs_dir.glob("*/model/model.json"),
        *settings.models_dir.glob("*/model.json"),
        *BUNDLED_DIR.glob("*/model.json"),
    ]
    found = []
    for path in places:
        try:
            found.append(read_model(path.parent))
        except ModelUnreadable:
            continue  # opening it by its id says what is wrong
    return sorted(found, key=lambda model: model.created_at, reverse=True)


def load_model(model_id: str) -> Model:
    """Reads a model's facts.

    Raises:
        NotFound: no such model.
        ModelUnreadable: its folder misses something.
    """
    settings = load_settings()
    if is_id(model_id):
        for folder in (settings.runs_dir / model_id / "model", settings.models_dir / model_id, BUNDLED_DIR / model_id):
            if folder.is_dir():
                return read_model(folder)
    raise NotFound(f"There is no model with the id “{model_id}”. It may have been deleted.")


def read_model(folder: Path) -> Model:
    """Reads what the model in this folder says of itself.

    Raises:
        ModelUnreadable: something is missing or damaged.
    """
    try:
        facts = read_json(folder / "model.json")
        thresholds, fitted = _thresholds(folder, facts)
        return Model(
            id=folder.parent.name if folder.parent.parent == load_settings().runs_dir else folder.name,
            folder=folder,
            name=facts["name"],
            class_names=tuple(facts["class_names"]),
            input_size_px=facts["input_size_px"],
            temperature=facts["temperature"],
            thresholds=thresholds,
            created_at=facts["created_at"],
            dataset=_dataset(facts["dataset"]),
            recipe=facts["recipe"],
            versions=facts["versions"],
            test=facts["test"],
            seconds=facts["seconds"],
            size_bytes=(folder / "model.tflite").stat().st_size,
            licence=facts["licence"],
            fitted=fitted,
            note=_note(folder, facts),
            machine=str(facts.get("machine", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnreadable(
            f"The model in {folder} misses something or is damaged ({type(error).__name__}: {error}). "
            "Delete that folder, then train or import it again."
        ) from error


def rename_model(model_id: str, name: str) -> None:
    """Gives a model another name; its id stays.

    Raises:
        NotFound, ModelUnreadable: as `load_model`.
        NameInvalid: the name is empty or too long.
    """
    model = load_model(model_id)
    _require_own(model)
    path = model.folder / "model.json"
    write_json(path, {**read_json(path), "name": checked_name(name)})


def note_model(model_id: str, note: str) -> None:
    """Keeps a person's own words with a model, also with one that comes with the app; empty ones take them away.

    Raises:
        NotFound, ModelUnreadable: as `load_model`.
        NameInvalid: longer than `MAX_NOTE_CHARACTERS`.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        raise NameInvalid(f"A note takes {MAX_NOTE_CHARACTERS:,} characters at most. Received: {len(note):,}")
    model = load_model(model_id)
    if model.is_bundled:
        write_json(beside(model.folder, "note.json"), note.strip())
    else:
        path = model.folder / "model.json"
        write_json(path, {**read_json(path), "note": note.strip()})


def beside(folder: Path, name: str) -> Path:
    """Where the workspace keeps what somebody said of a model that comes with the app."""
    return load_settings().exams_dir / folder.name / name


def chosen_path(folder: Path) -> Path:
    """Where the workspace keeps what somebody chose for a model that comes with the app."""
    return beside(folder, "thresholds.json")


def delete_model(model_id: str) -> str:
    """Moves a model to the trash; the run that made it stays.

    Returns:
        A token for `core.trash.restore`.

    Raises:
        NotFound, ModelUnreadable: as `load_model`.
    """
    model = load_model(model_id)
    _require_own(model)
    return trash.move_to_trash(model.folder)


def restore_model(token: str) -> Model:
    """Brings a deleted model back.

    Args:
        token: as `delete_model` gave it.

    Raises:
        NotFound: it is not in the trash any more, is no model, or the training that made it is gone.
        ModelUnreadable: it misses something.
    """
    kind, settings = trash.kind_of(token), load_settings()
    if kind is not None and kind != "models" and not (is_id(kind) and (settings.runs_dir / kind).is_dir()):
        raise NotFound("That is no model, or the training that made it is deleted too: bring that back first.")
    return read_model(trash.restore(token))


def set_default_model(model_id: str) -> None:
    """Chooses the model that answers when none is named.

    Raises:
        NotFound, ModelUnreadable: as `load_model`.
    """
    write_json(_default_path(), {"id": load_model(model_id).id})


def default_model(models: Sequence[Model] | None = None) -> Model | None:
    """The model that answers when none is named.

    Args:
        models: as `list_models` gives them, for whoever has them already.

    The chosen one; else of those taught here with the same photos as the newest, the one that is right most often, so
    that a training that was stopped early does not take the place of a good one; else the clothing model that comes
    with the app; else None. One that was brought in answers only when it is chosen, or alone: whatever it says of its
    own accuracy, nobody here has seen that.
    """
    chosen = read_json(_default_path())
    models = list_models() if models is None else models
    if isinstance(chosen, dict):
        for model in models:
            if model.id == chosen.get("id"):
                return model
    brought = load_settings().models_dir
    own = [model for model in models if not model.is_bundled and model.folder.parent != brought and model.test]
    if not own:
        return next((model for model in models if model.folder == clothing_model_dir()), next(iter(models), None))
    rivals = [model for model in own if model.dataset.get("fingerprint") == own[0].dataset.get("fingerprint")]
    return max(rivals, key=lambda model: model.test["accuracy"] if model.test else 0.0)


def _thresholds(folder: Path, facts: dict[str, Any]) -> tuple[Thresholds, Thresholds | None]:
    """Those that count, and those that its training left if they are others."""
    said, fitted = Thresholds(**facts["thresholds"]), facts.get("fitted")
    if folder.parent == BUNDLED_DIR:
        chosen = read_json(chosen_path(folder))
        return (said, None) if chosen is None else (Thresholds(**chosen), said)
    return said, Thresholds(**fitted) if fitted else None


def _dataset(said: dict[str, Any]) -> dict[str, Any]:
    """With which photos, words and counts as such: a model that was brought in may say anything."""
    facts = dict(said)
    for name in {"id", "name", "fingerprint"} & facts.keys():
        facts[name] = str(facts[name] or "")
    if "photos" in facts:
        facts["photos"] = int(facts["photos"] or 0)
    if facts.get("mends"):
        facts["mends"] = {name: int(number) for name, number in facts["mends"].items()}
    return facts


def _note(folder: Path, facts: dict[str, Any]) -> str:
    """What somebody said of it."""
    said = read_json(beside(folder, "note.json")) if folder.parent == BUNDLED_DIR else None
    return said if isinstance(said, str) else str(facts.get("note", ""))


def _default_path() -> Path:
    return load_settings().home / "default-model.json"


def _require_own(model: Model) -> None:
    if model.is_bundled:
        raise FittingRoomError(f"“{model.name}” came with Fitting Room and stays as it is. Train one of your own.")
