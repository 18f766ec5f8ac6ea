"""Asking about any number of photos in chunks: whoever is at work, their answers are parts on disk that make one table.

A folder holds the rows (`core.sources.bare_rows`), the plan and the parts (`core.spread`): what is in it is not asked
again. It takes some hundred bytes a photo; no photo is kept.
"""

import hashlib
import json
import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.model.answer import Answer, unreadable, write_csv
from core.model.bundle import Model, load_model
from core.model.predictor import Predictor
from core.settings import load_settings
from core.sources.bare_rows import Place, Row, deliver_rows, list_rows, name_of, needs_one_pass, read_rows
from core.sources.items import Failure
from core.sources.pace import MAX_LIMIT
from core.spread import Carrier, Chunk, planned, spread

PER_CHUNK = 500  # photos: some seconds
MAX_ZIP_CHUNKS = 64  # each reads the directory of its archive anew: of 200,000 photos that takes a second
TASK = "core.model.asking_chunks:answer_chunk"


@dataclass(frozen=True)
class Table:
    """What a table of answers comes to."""

    photos: int
    unreadable: int
    labels: dict[str, int]  # photos by what they are said to show, sorted by label


def usual_folder(model: Model, places: Sequence[Place]) -> Path:
    """Where an asking has its folder unless it is given one: the same for the same question, until files change."""
    told = [_digest(model), [[place, _changed_at(place)] for place in places]]
    name = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    return load_settings().askings_dir / name


def ask_in_chunks(
    folder: Path,
    model: Model,
    places: Sequence[Place],
    names: Sequence[str],
    on: Carrier,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[list[Path], bool]:
    """Asks about all photos of all places, or about what has no answer yet. One asking at a time has a folder.

    Args:
        folder: of this asking; on Ray all nodes see it, and the places.
        names: what to call each place.
        on: who does it.
        told: told (done, total) photos.

    Returns:
        The parts, and whether a sheet named any of the photos: what `write_table` takes.

    Raises:
        FittingRoomError: the folder holds another asking, or as `core.spread.spread`.
    """
    listed = list_rows(folder, places, names)
    arguments = {"folder": str(folder), "model_id": model.id, "digest": _digest(model), "places": [*places]}
    plan = planned(folder, TASK, arguments, listed.rows, _per_chunk(places, listed.rows))
    at_once = MAX_LIMIT if listed.numbered else None  # the photos of a table may all be at one host
    return spread(plan, on, told, at_once=at_once), listed.numbered


def answer_chunk(
    chunk: Chunk, aside: Path, folder: str, model_id: str, digest: str, places: list[dict[str, Any]]
) -> None:
    """Leaves the answers about some rows, in their order: what `core.spread` calls."""
    import pyarrow as arrow
    from pyarrow import parquet

    predictor = _loaded(model_id, digest)
    rows = read_rows(Path(folder), chunk.start, chunk.stop)
    answers: list[Answer | None] = [None] * len(rows)
    for place in sorted({row.place for row in rows}):
        within = [index for index, row in enumerate(rows) if row.place == place]

        def keep(number: int, delivered: bytes | Failure, within: list[int] = within) -> None:
            row = rows[within[number]]
            answers[within[number]] = _answer(predictor, row, name_of(places[row.place], row), delivered)

        deliver_rows(places[place], [rows[index] for index in within], keep, chunk.share)
    found = [answer for answer in answers if answer is not None]
    assert len(found) == len(rows)
    names = predictor.model.class_names
    shares = [[answer.probabilities[name] for name in names] if answer.probabilities else None for answer in found]
    columns = {
        "row": arrow.array([answer.row for answer in found], arrow.int64()),
        "photo": arrow.array([answer.photo.encode("utf-8", "replace") for answer in found]).cast(arrow.string()),
        "label": arrow.array([answer.label for answer in found], arrow.string()),
        "probability": arrow.array([answer.probability for answer in found], arrow.float32()),
        "sure": arrow.array([answer.sure for answer in found], arrow.bool_()),
        "unlike": arrow.array([answer.unlike for answer in found], arrow.bool_()),
        "error": arrow.array([answer.error for answer in found], arrow.string()),
        "probabilities": arrow.array(shares, arrow.list_(arrow.float32(), len(names))),
    }
    parquet.write_table(arrow.table(columns), aside)


def write_table(parts: Sequence[Path], model: Model, to: Path, numbered: bool) -> Table:
    """Writes the answers of all parts as `core.model.answer.to_csv` does, with one part at a time in memory.

    Args:
        parts: from `ask_in_chunks`.
        model: that answered.
        to: the file, which is there whole or not at all.
        numbered: whether to write the rows of a sheet, in a column of their own.
    """
    counts = Counter[str]()
    photos = unreadable = 0

    def counted() -> Iterator[Answer]:
        nonlocal photos, unreadable
        for part in parts:
            for answer in _answers_in(part, model.class_names):
                photos += 1
                unreadable += answer.label is None
                counts.update([answer.label] if answer.label is not None else [])
                yield answer

    aside = to.with_name(f".{to.name}.{uuid.uuid4().hex[:8]}")
    try:
        with aside.open("w", encoding="utf-8-sig", newline="") as lines:
            write_csv(lines, counted(), sorted(model.class_names), numbered)
        os.replace(aside, to)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return Table(photos, unreadable, {label: counts[label] for label in sorted(counts)})


def _answers_in(part: Path, class_names: Sequence[str]) -> Iterator[Answer]:
    """The answers of one part, in order: what a table has of them. Their probabilities are not sorted."""
    from pyarrow import parquet

    for fields in parquet.read_table(part).to_pylist():
        shares = fields.pop("probabilities")
        yield Answer(**fields, probabilities=shares and dict(zip(class_names, shares, strict=True)))


def _per_chunk(places: Sequence[Place], rows: int) -> int:
    if any(map(needs_one_pass, places)):
        return max(1, rows)  # or each chunk would read the whole anew
    if any(place["kind"] == "archive" for place in places):
        return max(PER_CHUNK, rows // MAX_ZIP_CHUNKS)
    return PER_CHUNK


def _answer(predictor: Predictor, row: Row, name: str, delivered: bytes | Failure) -> Answer:
    if isinstance(delivered, Failure):
        answer = unreadable(name, delivered.reason)
    else:
        [answer] = predictor.predict_photos([(name, delivered)])
    return replace(answer, row=row.number)


@lru_cache(maxsize=1)
def _loaded(model_id: str, digest: str) -> Predictor:
    """The model of this process; it has one thread, as there are as many processes as processors."""
    return Predictor(load_model(model_id), num_threads=1)


def _digest(model: Model) -> str:
    """Changes with what the model answers."""
    content = hashlib.sha256(model.tflite_path.read_bytes())
    content.update(repr((model.class_names, model.temperature, model.thresholds)).encode())
    return content.hexdigest()[:16]


def _changed_at(place: Place) -> list[int]:
    """When a file or a folder of this machine was changed, and its size; of a link nobody knows."""
    path = Path(place.get("path") or place["address"])
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size]
