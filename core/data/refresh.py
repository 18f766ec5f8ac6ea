"""A look at a dataset's source on a later day: what changed is seen first, and taken over only then.

The look makes a draft: a dataset that no list shows, until it takes the place of the one that it was made for.
"""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from core import jobs
from core.data import mends, visits
from core.data.difference import Difference, difference
from core.data.quality import found as quality
from core.data.status_table import kept_table
from core.data.store import (
    LARGE_ROWS,
    MAX_NAME_CHARACTERS,
    Dataset,
    delete_dataset,
    list_datasets,
    list_drafts,
    load_dataset,
    rename_dataset,
    resume_dataset,
    start_dataset,
    unfinished,
)
from core.errors import DatasetUnfinished, NotFound, SourceNotUnderstood
from core.files import read_json, unused_name, write_json
from core.settings import load_settings
from core.sources.links import is_link


def can_refresh(dataset: Dataset) -> bool:
    """Whether its source may be another today: a link, or something of this machine that is still there.

    Never of a large dataset: it would be held in memory twice to be compared.
    """
    place = dataset.source.get("address") or dataset.source.get("path")
    if not dataset.finished or dataset.is_large:
        return False
    if dataset.source.get("kind") not in ("table", "archive", "folder") or not place:
        return False
    if is_link(str(place)):
        return True
    return Path(place).exists() and not Path(place).is_relative_to(load_settings().uploads_dir)


def draft_of(dataset_id: str) -> Dataset | None:
    """The draft that may take the place of a dataset, finished or not; None if nobody has looked."""
    return next(iter(list_drafts(dataset_id)), None)


def start_refresh(dataset_id: str) -> str:
    """Looks at the source of a dataset again, in a job; goes on with a look that was stopped or broke off.

    Returns:
        The id of the draft, at once.

    Raises:
        NotFound: no such dataset.
        DatasetUnfinished: it is still being made.
        SourceNotUnderstood: its source cannot be another today.
    """
    dataset = load_dataset(dataset_id)
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    if dataset.is_large:
        raise SourceNotUnderstood(
            f"{dataset.name} has {dataset.rows:,} rows, and changes are only looked for in datasets of up to "
            f"{LARGE_ROWS:,}. Make a new dataset of the source instead."
        )
    if not can_refresh(dataset):
        raise SourceNotUnderstood(
            f"{dataset.name} comes from a sample, or from files that are not kept, so there is nothing to look at "
            "again. Make a new dataset instead."
        )
    if (draft := draft_of(dataset_id)) is None:
        return start_dataset(_as_understood(dataset), dataset.name, refreshes=dataset_id)
    if not jobs.state(draft.job_dir).active:
        resume_dataset(draft.id)
    return draft.id


def find_difference(draft: Dataset) -> Difference:
    """What is another in a finished draft than in the dataset that it was made for.

    Raises:
        NotFound: that one is gone.
        DatasetUnfinished, DatasetDamaged: one of them cannot be read.
    """
    old = load_dataset(draft.refreshes)
    return difference(old.as_made(), draft.as_made(), _troubles(old), _troubles(draft))


def accept(draft_id: str) -> None:
    """Lets a draft take the place and the name of its dataset. That one stays, for what was learned from it.

    What was mended in it, or said to be fine, is so in the draft, wherever that has the photo.

    Raises:
        NotFound: no such draft.
        DatasetUnfinished: it is still being made.
    """
    draft = _draft(draft_id)
    if not draft.finished:
        raise DatasetUnfinished(unfinished(draft))
    old = load_dataset(draft.refreshes)
    mends.carry_on(old.mends, draft)
    quality.carry_on(old, draft)
    path = draft.folder / "dataset.json"
    facts = {key: value for key, value in read_json(path).items() if key != "refreshes"}
    write_json(path, {**facts, "name": old.name, "follows": old.id})
    rename_dataset(old.id, _until_today(old.name))


def drop(draft_id: str) -> str:
    """Leaves the dataset as it was.

    Returns:
        A token for `core.trash.restore`.

    Raises:
        NotFound: no such draft.
        JobActive: the source is being looked at right now.
    """
    return delete_dataset(_draft(draft_id).id)


def _draft(draft_id: str) -> Dataset:
    draft = load_dataset(draft_id)
    if not draft.refreshes:
        raise NotFound(f"{draft.name} is no draft: its changes were taken over already. Received: {draft_id}")
    return draft


def _as_understood(dataset: Dataset) -> dict[str, Any]:
    """The source with the columns that were taken, so that a new column beside them does not change the guess."""
    table = kept_table(dataset.folder)
    if table is None:
        return dataset.source
    taken = {name: value for name, value in vars(table.choice).items() if value is not None}
    return {**dataset.source, **taken}


def _troubles(dataset: Dataset) -> dict[int, str]:
    return {row: visit.trouble for row, visit in visits.read(dataset.folder).items() if visit.trouble}


def _until_today(name: str) -> str:
    today = datetime.fromtimestamp(time.time())
    ending = f" (until {today.day} {today:%b})"
    taken = {dataset.name for dataset in list_datasets()}
    return unused_name(name[: MAX_NAME_CHARACTERS - len(ending) - 3].rstrip() + ending, taken)
