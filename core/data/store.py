"""A dataset on disk: a folder of checked photos with a manifest. Made once by a job, then only read.

What people mend is a layer over it (`core.data.mend_layer`): whoever reads a dataset reads it as mended.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core import jobs, trash
from core.data.mend_layer import Mends, mends_of
from core.errors import DatasetDamaged, DatasetUnfinished, JobActive, NameInvalid, NotFound
from core.files import is_id, new_id, read_json, write_json
from core.settings import load_settings

MAX_NAME_CHARACTERS = 60
LARGE_ROWS = 100_000  # a dataset of more keeps its manifest in parts, and no page reads it whole
PART_ROWS = 50_000  # of the manifest of a large one, each but the last
ROW_GROUP = 10_000  # rows of a part that are read at once: a page wants two dozen
MANIFEST_COLUMNS = {
    "row": "int64",  # the source's own number: of the sheet's row, or of the file in the archive
    "source": "string",  # address, path in the archive, or file name
    "label": "string",  # as written
    "status": "string",  # ok, duplicate, what failed, or excluded by people (`core.data.mend_layer`)
    "reason": "string",  # in words, for all that is not ok
    "content_hash": "string",  # SHA-256 of the bytes as they came
    "perceptual_hash": "string",  # 64 bits, hexadecimal
    "width": "int64",  # pixels, as the photo came, upright; 0 if unknown
    "height": "int64",
    "bytes": "int64",
    "group": "string",  # photos of one group stay in one part
    "part": "string",  # train, validation, test; only where status is ok
}


@dataclass(frozen=True)
class Dataset:
    """One dataset, as it is with all mends so far. While it is being made, `finished` is False and the counts are 0."""

    id: str
    folder: Path
    name: str
    source: dict[str, Any]  # where the photos come from, as `core.sources.open_source` takes it
    created_at: float  # Unix seconds
    finished: bool
    rows: int
    ok: int
    duplicates: int
    failed: int
    classes: dict[str, int]  # photos that are ok by label, sorted by label
    parts: dict[str, int]  # photos that are ok by part: train, validation, test
    fingerprint: str  # changes with any photo, label or part; not with mends
    mends: Mends  # which are in the counts
    refreshes: str = ""  # of a draft: the dataset that it may take the place of (`core.data.refresh`)
    given: tuple[str, ...] = ()  # the parts that its source gave; of datasets made long ago nobody knows
    follows: str = ""  # the dataset whose place it has taken (`core.data.refresh`)

    @property
    def job_dir(self) -> Path:
        return self.folder / "job"

    @property
    def is_large(self) -> bool:
        """Whether its manifest is in parts: then only jobs read it whole, and pages by `core.data.rows`."""
        return self.manifest_dir.is_dir()

    @property
    def manifest_dir(self) -> Path:
        """The parts of the manifest of a large one: 000000.parquet and so on, in the order of the source."""
        return self.folder / "manifest"

    @property
    def gallery_path(self) -> Path:
        """The photos of a large one in the order of its gallery (`core.data.gallery_order`)."""
        return self.folder / "gallery.parquet"

    @property
    def class_names(self) -> list[str]:
        return list(self.classes)

    @property
    def version(self) -> str:
        """Changes with any photo, label, part or mend: what is kept of a dataset in memory is kept by it."""
        return f"{self.fingerprint}-{self.mends.digest}" if self.mends.digest else self.fingerprint

    def manifest(self) -> pd.DataFrame:
        """Every row of the source, with what became of it (`MANIFEST_COLUMNS`), and with all mends so far.

        Raises:
            DatasetUnfinished: it is still being made.
            DatasetDamaged: its manifest cannot be read.
        """
        return self.mends.applied(self.as_made())

    def as_made(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The manifest as it was made, without mends. Positions, and what is on disk beside it, follow this one.

        Args:
            columns: those to read; None for all.

        Raises:
            DatasetUnfinished, DatasetDamaged: as `manifest`.
        """
        if not self.finished:
            raise DatasetUnfinished(unfinished(self))
        place = self.manifest_dir if self.is_large else self.folder / "manifest.parquet"
        try:
            return pd.read_parquet(place, columns=None if columns is None else [*columns])
        except (OSError, ValueError) as error:
            raise DatasetDamaged(f"The manifest of {self.name} is damaged or gone. Make the dataset again.") from error

    def photo_path(self, content_hash: str) -> Path:
        """The kept JPEG of a photo."""
        return photo_path(self.folder, content_hash)


def photo_path(folder: Path, content_hash: str) -> Path:
    """Where a dataset's folder keeps a photo; two levels, so that no folder grows huge."""
    return folder / "photos" / content_hash[:2] / f"{content_hash}.jpg"


def kept_photo(content_hash: str, dataset_id: str = "") -> Path | None:
    """Where a photo is kept: in that dataset, or else in any other; None if in none.

    Args:
        content_hash: SHA-256 of its bytes, in hexadecimal.
        dataset_id: where to look first; "" for nowhere.
    """
    folders = sorted(load_settings().datasets_dir.glob("*/"), key=lambda folder: folder.name != dataset_id)
    places = (photo_path(folder, content_hash) for folder in folders)
    return next((place for place in places if place.exists()), None)


def start_dataset(source: dict[str, Any], name: str, refreshes: str = "", on: str | None = None) -> str:
    """Starts a job that makes a dataset from a source; returns the id of the dataset at once.

    Args:
        refreshes: the id of a dataset that this is to be a draft of.
        on: who does it (`core.spread.carrier`), in chunks, however few rows there are; None: many rows in chunks, by
            whoever is there.

    Raises:
        NameInvalid: the name is empty or too long.
    """
    name = checked_name(name)
    dataset_id = new_id(name)
    folder = load_settings().datasets_dir / dataset_id
    facts = {"name": name, "source": source, "created_at": time.time()}
    write_json(folder / "dataset.json", {**facts, "refreshes": refreshes} if refreshes else facts)
    _start_job(folder, on)
    return dataset_id


def resume_dataset(dataset_id: str, on: str | None = None) -> None:
    """Goes on where the making of a dataset broke off; what is there is not fetched again.

    Args:
        on: who goes on with chunks, where they were begun; None: whoever is there.

    Raises:
        NotFound: no such dataset.
        JobActive: it is being made right now.
    """
    dataset = load_dataset(dataset_id)
    if not dataset.finished:
        _start_job(dataset.folder, on)


def load_dataset(dataset_id: str, mends_from: Path | None = None) -> Dataset:
    """Reads a dataset's facts.

    Args:
        dataset_id: which.
        mends_from: the folder whose mends count instead of its own: of a run or a series, as it was when that began.

    Raises:
        NotFound: no such dataset.
        DatasetDamaged: its facts cannot be read.
    """
    folder = load_settings().datasets_dir / dataset_id
    facts = read_json(folder / "dataset.json") if is_id(dataset_id) else None
    if facts is None:
        raise NotFound(f"There is no dataset with the id “{dataset_id}”. It may have been deleted.")
    try:
        return _described(dataset_id, folder, facts, mends_of(mends_from or folder))
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetDamaged(f"dataset.json in {folder} is damaged. Remove that folder, then make it again.") from error


def _described(dataset_id: str, folder: Path, facts: dict[str, Any], mends: Mends) -> Dataset:
    counts = facts.get("counts", {})
    classes, parts = mends.counted(facts.get("classes", {}), facts.get("parts", {}))
    return Dataset(
        id=dataset_id,
        folder=folder,
        name=facts["name"],
        source=facts["source"],
        created_at=facts["created_at"],
        finished="counts" in facts,
        rows=counts.get("rows", 0),
        ok=counts.get("ok", 0) - mends.excluded,
        duplicates=counts.get("duplicates", 0),
        failed=counts.get("failed", 0),
        classes=classes,
        parts=parts,
        fingerprint=facts.get("fingerprint", ""),
        mends=mends,
        refreshes=facts.get("refreshes", ""),
        given=tuple(facts.get("given", ())),
        follows=facts.get("follows") or "",
    )


def list_datasets() -> list[Dataset]:
    """All datasets of the workspace, newest first, without drafts."""
    return [dataset for dataset in _all() if not dataset.refreshes]


def list_drafts(dataset_id: str) -> list[Dataset]:
    """What may take the place of a dataset, newest first."""
    return [dataset for dataset in _all() if dataset.refreshes == dataset_id]


def _all() -> list[Dataset]:
    found = []
    for path in load_settings().datasets_dir.glob("*/dataset.json"):
        with contextlib.suppress(NotFound, DatasetDamaged):  # opening it by its id says what is wrong
            found.append(load_dataset(path.parent.name))
    return sorted(found, key=lambda dataset: dataset.created_at, reverse=True)


def rename_dataset(dataset_id: str, name: str) -> None:
    """Gives a dataset another name; its id stays.

    Raises:
        NotFound: no such dataset.
        NameInvalid: the name is empty or too long.
    """
    path = load_dataset(dataset_id).folder / "dataset.json"
    write_json(path, {**read_json(path), "name": checked_name(name)})


def delete_dataset(dataset_id: str) -> str:
    """Moves a dataset to the trash, and what was to take its place.

    Returns:
        A token for `core.trash.restore`.

    Raises:
        NotFound: no such dataset.
        JobActive: it is being made, or something in its folder is, such as its map.
    """
    dataset, drafts = load_dataset(dataset_id), list_drafts(dataset_id)
    if any(jobs.state(job_dir).active for job_dir in (dataset.job_dir, *dataset.folder.glob("*/job"))):
        raise JobActive(f"{dataset.name} or its map is being made right now. Stop that first, then delete it.")
    if any(jobs.state(draft.job_dir).active for draft in drafts):
        raise JobActive(f"Changes of {dataset.name} are being looked for right now. Stop that first, then delete it.")
    for draft in drafts:
        trash.move_to_trash(draft.folder)
    return trash.move_to_trash(dataset.folder)


def unfinished(dataset: Dataset) -> str:
    """What to say of a dataset whose photos are still coming, or whose making broke off."""
    return f"{dataset.name} is not finished yet. Wait for its photos, or resume it on the Dataset page."


def checked_name(name: str) -> str:
    """A name without surrounding space.

    Raises:
        NameInvalid: it is empty or longer than `MAX_NAME_CHARACTERS`.
    """
    name = " ".join("".join(each for each in name if each.isprintable() or each.isspace()).split())
    if not name or len(name) > MAX_NAME_CHARACTERS:
        raise NameInvalid(f"A name takes 1 to {MAX_NAME_CHARACTERS} characters. Received: “{name[:80]}”")
    return name


def _start_job(folder: Path, on: str | None) -> None:
    is_draft = bool(load_dataset(folder.name).refreshes)
    target = "core.data.remaking:remake" if is_draft else "core.data.making:make"
    named = {} if on is None or is_draft else {"on": on}
    jobs.start(folder / "job", target, {"dataset_id": folder.name, **named})
