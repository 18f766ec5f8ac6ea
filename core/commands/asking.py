"""`predict` and `models`."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.commands import Result, asking_in_chunks, chosen_model
from core.errors import FittingRoomError
from core.files import write_bytes
from core.model import bundle
from core.model.answer import Answer, to_csv, to_xlsx, unreadable
from core.model.asking import ask_source
from core.model.predictor import Predictor, load_predictor
from core.model.sorting import SortedZip
from core.model.verdict import verdict
from core.sources.bare import open_bare, spec_of_link, spec_of_path
from core.sources.items import Failure, Item
from core.sources.links import is_link
from core.sources.web import fetch_photo


def predict(options: Any) -> Result:
    """Asks a model about photos, folders, archives, sheets and links; what cannot be read gets its reason."""
    if asking_in_chunks.is_asked_for(options):
        return asking_in_chunks.predict(options)
    model = chosen_model(options)
    predictor = load_predictor(model)
    answers: list[Answer] = []
    with ExitStack() as opened:
        archive = None
        if options.sort_into:
            archive = opened.enter_context(SortedZip(Path(options.sort_into), model.thresholds))
        for place in options.photos:
            answers += _asked(predictor, place, options.image_column, archive)
        if archive is not None:
            archive.add_table(answers)
    if options.csv:
        write_bytes(Path(options.csv), to_csv(answers).encode("utf-8-sig"))
    if options.xlsx:
        write_bytes(Path(options.xlsx), to_xlsx(answers))
    lines = [
        f"{_place(answer)}: {answer.error or verdict(answer, model.thresholds)}{_best(answer, options.top)}"
        for answer in answers
    ]
    return [_plain(answer) for answer in answers], "\n".join(lines) or "There is no photo in these places."


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


def _asked(predictor: Predictor, place: str, image_column: str | None, archive: SortedZip | None) -> list[Answer]:
    """The answers about one place, in its order."""
    spec = spec_of_link(place) if is_link(place) else spec_of_path(Path(place))
    if spec is None:
        return [_asked_alone(predictor, place, archive)]
    found: dict[int, Answer] = {}

    def answered(item: Item, answer: Answer, delivered: bytes | Failure) -> None:
        if spec["kind"] == "folder":
            answer = replace(answer, photo=str(Path(place) / item.source))
        found[item.row] = answer
        if archive is not None and isinstance(delivered, bytes):
            archive.add(answer, delivered)

    try:
        source = open_bare({**spec, "image_column": image_column})
        ask_source(predictor, source, source.items(), answered)
    except (FittingRoomError, OSError) as error:
        return [*_in_order(found), unreadable(place, str(error))]
    return list(_in_order(found))


def _asked_alone(predictor: Predictor, place: str, archive: SortedZip | None) -> Answer:
    try:
        content = fetch_photo(place) if is_link(place) else Path(place).read_bytes()
    except FileNotFoundError:
        return unreadable(place, "There is no such file.")
    except (FittingRoomError, OSError) as error:
        return unreadable(place, str(error))
    [answer] = predictor.predict_photos([(place, content)])
    if archive is not None:
        archive.add(answer, content)
    return answer


def _in_order(found: dict[int, Answer]) -> Iterator[Answer]:
    return (found[row] for row in sorted(found))


def _place(answer: Answer) -> str:
    return answer.photo if answer.row is None else f"row {answer.row:,}, {answer.photo}"


def _plain(answer: Answer) -> dict[str, Any]:
    """Its fields; the row only where there is one."""
    fields = asdict(answer)
    if answer.row is None:
        del fields["row"]
    return fields


def _best(answer: Answer, top: int) -> str:
    if answer.probabilities is None:
        return ""
    shares = [f"{label} {probability:.1%}" for label, probability in list(answer.probabilities.items())[:top]]
    return f"  ({', '.join(shares)})" if shares else ""
