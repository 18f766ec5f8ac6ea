"""A model to take away: one ZIP with every format, its card and examples, each file proved before it is offered.

`$FITTING_ROOM_HOME/exports/<model id>/` holds the ZIP, `export.json` (what is in it) and `job/` of its job.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from core import jobs
from core.errors import ModelUnreadable
from core.files import read_json
from core.model.bundle import Model, load_model
from core.model.card import card_of, own_words
from core.model.exams import exams_dir
from core.settings import load_settings

MADE_BY = 1  # goes up when what is exported changes: exports of before are made anew
LIKELY_S = {"transfer": 60.0, "": 30.0}  # measured on two cores; a network with borrowed eyes has many layers
NOT_EXPORTED = ("report", "job")  # of an exam: what can be made anew, and what names this machine


@dataclass(frozen=True)
class File:
    """One format of the network, as it was proved."""

    name: str  # of the file or the folder in the ZIP
    size_bytes: int
    agree: int  # of the photos it was proved with: it says the same of so many
    largest_difference: float  # of a probability from what the model says here, temperature applied
    right: float | None  # share of the photos it was measured with; None where it was not measured
    latency_ms: tuple[float, float] | None  # of one photo with one thread and with two, median


@dataclass(frozen=True)
class Export:
    """What can be taken away."""

    path: Path  # of the ZIP
    size_bytes: int
    made_at: float  # Unix seconds
    seconds: float  # that it took
    files: dict[str, File]  # by format: keras, tflite, int8, onnx, saved_model
    left_out: dict[str, str]  # formats that could not be made or proved, and why
    proved_with: int  # photos
    measured_with: int  # photos; 0 if there were none
    drawn: bool  # they were drawn: no photos of its dataset are here
    int8_note: str  # what int8 costs and brings, in words


def start_export(model_id: str) -> None:
    """Starts the job that makes the ZIP; `jobs.state(job_dir(model))` says how it goes, and it can be stopped.

    Raises:
        NotFound, ModelUnreadable: no such model, or it has no network that could be exported.
        JobActive: it is being made already.
    """
    model = load_model(model_id)
    if not model.keras_path.exists():
        raise ModelUnreadable(f"“{model.name}” has no model.keras, of which the rest is made. Train it again.")
    jobs.start(job_dir(model), "core.model.export.making:work", {"model_id": model.id})


def job_dir(model: Model) -> Path:
    """The folder of the job that makes it."""
    return folder_of(model) / "job"


def folder_of(model: Model) -> Path:
    """The folder that keeps the export of a model."""
    return load_settings().exports_dir / model.id


def load_export(model: Model) -> Export | None:
    """The export as it was made last; None if there is none, or the model or what is said of it has changed since."""
    facts = read_json(folder_of(model) / "export.json")
    if not isinstance(facts, dict) or facts.get("state") != state_of(model):
        return None
    path = folder_of(model) / f"{model.id}.zip"
    try:
        files = {name: _file(each) for name, each in facts["files"].items()}
        rest = {name: facts[name] for name in Export.__annotations__ if name not in ("path", "size_bytes", "files")}
        return Export(path=path, size_bytes=path.stat().st_size, files=files, **rest)
    except (OSError, KeyError, TypeError):
        return None


def expected_seconds(model: Model) -> float:
    """How long an export will take: as long as the last one of it here, else as long as those of its kind."""
    facts = read_json(folder_of(model) / "export.json")
    if isinstance(facts, dict) and isinstance(facts.get("seconds"), float):
        return float(facts["seconds"])
    return LIKELY_S.get(str(model.recipe.get("name", "")), LIKELY_S[""])


def state_of(model: Model) -> str:
    """Changes with whatever an export holds: files, names, thresholds, words, exams."""
    facts = {name: value for name, value in asdict(model).items() if name != "folder"}
    stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in kept_files(model)]
    exams = [(str(path.relative_to(exams_dir(model))), path.stat().st_mtime_ns) for path in exam_files(model)]
    said = [MADE_BY, facts, asdict(own_words(model)), card_of(model), stamps, exams]
    return sha256(json.dumps(said, default=str).encode()).hexdigest()


def kept_files(model: Model) -> list[Path]:
    """What an export holds as it is: both networks, the numbers, and what Predict knows photos by."""
    names = ("model.keras", "model.tflite", "evaluation.json", "familiar.npz", "similar.npz", "learned.npy")
    return [path for path in (model.folder / name for name in names) if path.is_file()]


def exam_files(model: Model) -> list[Path]:
    """The files of its exams, without what can be made anew and what names this machine."""
    folder = exams_dir(model)
    found = sorted(path for path in folder.glob("*/**/*") if path.is_file())
    return [path for path in found if not {*path.relative_to(folder).parts} & {*NOT_EXPORTED}]


def _file(facts: dict[str, Any]) -> File:
    latency = facts["latency_ms"]
    return File(**{**facts, "latency_ms": latency and (latency[0], latency[1])})
