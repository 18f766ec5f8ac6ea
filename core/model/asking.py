"""Asking about many photos, of an archive, a folder or a sheet: a job whose answers are a batch that grows.

The folder of such a batch also holds `items.json`, the rows of the source as they were when the asking began.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import jobs
from core.data.making import discard_upload, planned_items
from core.errors import NotFound
from core.jobs import Work
from core.model.answer import Answer, unreadable
from core.model.answers import (
    Batch,
    begin_batch,
    entry,
    keep_columns,
    keep_photo,
    kept_columns,
    load_batch,
    open_answers,
    read_entries,
)
from core.model.bundle import Model, load_model
from core.model.predictor import Predictor, load_predictor
from core.sources.bare import BareSource, open_bare
from core.sources.holding import deliver_in_threads
from core.sources.items import Failure, Item, Keep, Stop

TARGET = "core.model.asking:work"
Answered = Callable[[Item, Answer, bytes | Failure], None]  # called from worker threads, several at a time


def start_asking(model: Model, source: dict[str, Any], name: str) -> str:
    """Starts a job that asks a model about all photos of a source; `jobs.state(batch.job_dir)` says how it goes.

    Args:
        source: a spec for `core.sources.bare.open_bare`, or {"kind": "batch", "id": …}: photos that were asked about
            before.
        name: what to call it.

    Returns:
        The id of the batch.
    """
    batch = begin_batch(model.id, model.name, source, name)
    jobs.start(batch.job_dir, TARGET, {"batch_id": batch.id})
    return batch.id


def resume_asking(batch_id: str) -> None:
    """Goes on with an asking that was stopped or broke off. What is answered is not asked again.

    Raises:
        NotFound: no such batch, or one that no job made.
        JobActive: it is going on.
    """
    batch = load_batch(batch_id)
    if batch.source is None:
        raise NotFound(f"These photos were all asked about at once. Received: {batch_id}")
    jobs.start(batch.job_dir, TARGET, {"batch_id": batch.id})


def work(work: Work, batch_id: str) -> None:
    """Asks about what has no answer yet: what `core.jobs` calls.

    Raises:
        Stopped: somebody asked to stop; what is answered stays.
        NotFound: the model or the photos are gone.
        SourceError, ModelUnreadable: the source or the model cannot be read.
    """
    batch = load_batch(batch_id)
    assert batch.source is not None
    predictor = load_predictor(load_model(batch.model_id))
    source = _open(batch.source)
    items = planned_items(batch.folder, lambda: _items(batch.id, source))
    with _Recorder(work, batch.folder, items) as recorder:
        ask_source(predictor, source, recorder.missing(), recorder.keep, recorder.should_stop)
    if recorder.broken is not None:
        raise recorder.broken
    work.check_stop()
    if not kept_columns(batch.folder):  # else somebody may still want another column of the table
        discard_upload(batch.source)


def ask_source(
    predictor: Predictor, source: BareSource, items: Sequence[Item], answered: Answered, stop: Stop = lambda: False
) -> None:
    """Asks about photos as their source delivers them, a few at a time.

    Args:
        items: of that source.
        answered: gets each answer with the photo's bytes, or with the reason why there are none.

    Raises:
        as the source.
    """

    def keep(item: Item, delivered: bytes | Failure) -> None:
        if isinstance(delivered, Failure):
            answer = unreadable(item.source, delivered.reason)
        else:
            [answer] = predictor.predict_photos([(item.source, delivered)])  # one decodes while another is looked at
        answered(item, replace(answer, row=source.number(item)), delivered)

    source.deliver(items, keep, stop)


class _Recorder:
    """Writes the answers of a batch, a line each."""

    def __init__(self, work: Work, folder: Path, items: list[Item]) -> None:
        self.work = work
        self.folder = folder
        self.items = items
        self.position = {item.row: index for index, item in enumerate(items)}
        self.broken: OSError | None = None  # a full disk ends the job, in the job's own thread
        self._lock = threading.Lock()
        kept = read_entries(folder)
        self._done = {position for position, line in kept.items() if not line["again"]}
        self._unreadable = sum(kept[position]["answer"]["error"] is not None for position in self._done)
        self._ledger = open_answers(folder)

    def __enter__(self) -> "_Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self._ledger.close()

    def missing(self) -> list[Item]:
        """What has no answer yet. Photos that could not be reached before are tried again."""
        return [item for position, item in enumerate(self.items) if position not in self._done]

    def should_stop(self) -> bool:
        return self.broken is not None or self.work.stop_requested()

    def keep(self, item: Item, answer: Answer, delivered: bytes | Failure) -> None:
        """Called from several threads, once for each photo."""
        position = self.position[item.row]
        again = isinstance(delivered, Failure) and delivered.status == "unreachable"
        try:
            photo = None
            if isinstance(delivered, bytes) and answer.error is None:
                photo = keep_photo(self.folder, position, delivered)
            with self._lock:
                self._ledger.add(entry(position, answer, photo, again))
                self._tell(position, answer)
        except OSError as error:
            self.broken = error

    def _tell(self, position: int, answer: Answer) -> None:
        self._done.add(position)
        self._unreadable += answer.error is not None
        facts = {"unreadable": self._unreadable, "rate_per_s": self._ledger.rate_per_s}
        self.work.progress("asking", len(self._done), len(self.items), **facts)


class _Answered:
    """The photos of a batch, to be asked about again: an item's row says which, from 1."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def items(self) -> list[Item]:
        return [Item(row, answer.photo, "") for row, answer in enumerate(self.batch.answers, start=1)]

    def number(self, item: Item) -> int | None:
        return self.batch.answers[item.row - 1].row

    def missing(self, item: Item) -> str | None:
        return None

    def columns(self) -> list[str]:
        return []

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        deliver_in_threads([(item, str(item.row - 1)) for item in items], self._content, keep, stop)

    def _content(self, index: str) -> bytes | Failure:
        path = self.batch.photo_path(int(index))
        try:
            if path is not None:
                return path.read_bytes()
        except FileNotFoundError:
            pass
        return Failure("not_an_image", self.batch.answers[int(index)].error or "The photo is not kept any more.")


def _items(batch_id: str, source: BareSource) -> list[Item]:
    """The rows of a source; which columns else could hold its photos is kept with the batch."""
    items = source.items()
    keep_columns(batch_id, source.columns())
    return items


def _open(spec: dict[str, Any]) -> BareSource:
    return _Answered(load_batch(spec["id"])) if spec["kind"] == "batch" else open_bare(spec)
