"""`predict`, `evaluate` and `models`."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from core.commands import Result
from core.data.store import load_dataset
from core.errors import FittingRoomError, NotFound
from core.files import write_bytes
from core.model import bundle, exam
from core.model.answer import Answer, to_csv
from core.model.predictor import load_predictor
from core.model.verdict import verdict
from core.sources.web import fetch_photo

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".heic", ".heif", ".avif")


def predict(options: Any) -> Result:
    """Asks a model about photos, folders of photos and links; one that cannot be read gets its reason."""
    model = bundle.load_model(options.model) if options.model else bundle.default_model()
    if model is None:
        raise NotFound("There is no model yet. Teach one first: train DATASET")
    predictor = load_predictor(model)
    answers = []
    for name, read in _photos(options.photos):
        try:
            answers += predictor.predict_photos([(name, read())])
        except (FittingRoomError, OSError) as error:
            answers.append(Answer(name, None, None, None, None, _reason(error)))
    if options.csv:
        write_bytes(Path(options.csv), to_csv(answers).encode("utf-8-sig"))
    lines = [
        f"{answer.photo}: {answer.error or verdict(answer, model.thresholds)}{_best(answer, options.top)}"
        for answer in answers
    ]
    return [asdict(answer) for answer in answers], "\n".join(lines) or "There is no photo in these places."


def evaluate(options: Any) -> Result:
    """Examines a model on a dataset or a folder of class folders."""
    model = bundle.load_model(options.model)
    folder = Path(options.photos)
    if folder.is_dir():
        report = exam.evaluate_folder(model, folder)
    else:
        report = exam.evaluate_dataset(model, load_dataset(options.photos))
    low, high = report.accuracy_interval
    lines = [f"Right on {report.accuracy:.1%} of {report.photos:,} photos (95 % interval: {low:.1%} to {high:.1%})."]
    lines += [
        f"  {label:16} precision {score['precision']:6.1%}  recall {score['recall']:6.1%}  "
        f"F1 {score['f1']:6.1%}  {score['support']:5,} photos"
        for label, score in report.classes.items()
    ]
    if report.known:
        lines.append(
            f"  It has learned from {report.known:,} of these photos: on them it shows what it knows by heart."
        )
    lines += [f"  left out, {why}: {photos:,}" for why, photos in report.left_out.items()]
    return report.to_json(), "\n".join(lines)


def models(options: Any) -> Result:
    """All models, newest first."""
    found = bundle.list_models()
    in_use = bundle.default_model()
    facts = [
        {
            "id": model.id,
            "name": model.name,
            "class_names": list(model.class_names),
            "dataset": model.dataset,
            "test": model.test,
            "in_use": in_use is not None and model.id == in_use.id,
        }
        for model in found
    ]
    lines = []
    for model, fact in zip(found, facts, strict=True):
        score = f"right on {model.test['accuracy']:.0%}" if model.test else "not measured"
        use = ", in use" if fact["in_use"] else ""
        lines.append(f"{model.id}  {model.name}: {len(model.class_names)} classes, {score}{use}")
    return facts, "\n".join(lines) or "No model yet. Try: train DATASET"


def _photos(places: list[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each photo's name, and a way to read it."""
    for place in places:
        path = Path(place)
        if place.startswith(("http://", "https://")):
            yield place, partial(fetch_photo, place)
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix.lower() in PHOTO_SUFFIXES:
                    yield str(file), file.read_bytes
        else:
            yield place, path.read_bytes


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    return str(error)


def _best(answer: Answer, top: int) -> str:
    if answer.probabilities is None:
        return ""
    shares = [f"{label} {probability:.1%}" for label, probability in list(answer.probabilities.items())[:top]]
    return f"  ({', '.join(shares)})" if shares else ""
