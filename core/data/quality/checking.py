"""The check of a dataset: a job that looks at every photo once and says what is wrong with them.

A dataset's folder keeps what was found in `quality.json`, and in `quality/` what was measured, what people said is
fine, and `job/`.
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd

from core import jobs
from core.data.alike import SAME_LEVELS, grids
from core.data.kin import find_kin
from core.data.pixels import MADE_WITH_PX, Pixels, load_pixels
from core.data.placeholders import find_placeholders
from core.data.quality import measures, measuring
from core.data.quality.faults import find_faults
from core.data.quality.finding import Finding
from core.data.quality.found import Quality, save_quality
from core.data.store import Dataset, load_dataset, unfinished
from core.errors import DatasetUnfinished
from core.jobs import Work

LOADING_S = 1.5  # of the libraries
MEASURING_S = 0.0025  # a photo; measured on two cores, as is the next
COMPARING_S = 0.0003
NAMES_OF_A_PLACEHOLDER = 3  # a photo shows one thing; two names for it may be a slip, three are none
COMPARED = 64  # of a group of copies: the least alike of so many says how sure it is


def start_check(dataset_id: str) -> None:
    """Starts a job that checks a dataset; `jobs.state(job_dir(dataset))` says how it goes.

    Raises:
        NotFound: no such dataset.
        DatasetUnfinished: its photos are still coming, or their making broke off.
        JobActive: it is being checked already.
    """
    dataset = load_dataset(dataset_id)
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    jobs.start(job_dir(dataset), "core.data.quality.checking:work", {"dataset_id": dataset.id})


def job_dir(dataset: Dataset) -> Path:
    """The folder of the job that checks."""
    return dataset.folder / "quality" / "job"


def expected_seconds(dataset: Dataset) -> float:
    """How long a first check takes on a quiet machine, about. Later ones look at no photo again."""
    return LOADING_S + dataset.ok * (MEASURING_S + COMPARING_S)


def work(work: Work, dataset_id: str) -> None:
    """Checks a dataset: what `core.jobs` calls. Stopped or failed, it leaves what was found before.

    Everything is looked at as it was made, also what people left out: they may take that back.

    Raises:
        Stopped: somebody asked to stop.
        DatasetDamaged: its manifest cannot be read.
    """
    began_at = time.monotonic()
    dataset = load_dataset(dataset_id)
    rows = dataset.as_made()
    good = rows[rows["status"] == "ok"]
    pace = _Pace(work, len(good))
    unreadable = measuring.take_measures(dataset, good["content_hash"].tolist(), pace.measuring, work.check_stop)
    seen = good[~good["content_hash"].isin(unreadable)]
    measured = measures.measures_of(dataset, seen)
    findings = [] if measured is None else find_faults(measured)
    one_colour = {group[0] for finding in findings if finding.kind == "one_colour" for group in finding.groups}
    findings += _placeholders(rows)
    shown = {position for finding in findings if finding.kind == "placeholders" for (position,) in finding.groups}
    pixels = load_pixels(dataset, MADE_WITH_PX, check_stop=work.check_stop)
    compared = good.drop(index=[*(shown | one_colour)])
    groups = find_kin(pixels, compared.index.tolist(), pace.comparing, work.check_stop)
    findings += _copies(_with_same_bytes(groups, compared), pixels)
    findings += _rows_without_photo(rows, good.index[good["content_hash"].isin(unreadable)].tolist())
    measures.take_means(dataset, work.check_stop)
    work.check_stop()
    took_s = round(time.monotonic() - began_at, 1)
    save_quality(dataset, Quality(tuple(findings), time.time(), took_s, len(good), dataset.fingerprint))


def _placeholders(rows: pd.DataFrame) -> list[Finding]:
    """Pictures that came from several addresses, or that stand under three names or more, byte for byte."""
    sure = {each.content_hash: 0.95 if len(each.labels) > 1 else 0.7 for each in find_placeholders(rows)}
    good = rows[rows["status"] == "ok"]
    names = good.groupby("content_hash")["label"].nunique() if good["content_hash"].duplicated().any() else pd.Series()
    sure |= {str(each): 0.95 for each in names.index[names >= NAMES_OF_A_PLACEHOLDER]}
    if not sure:
        return []
    shown = good.loc[good["content_hash"].isin([*sure]), "content_hash"].map(sure).sort_values(ascending=False)
    came = rows[rows["content_hash"].isin([*sure])]
    facts = {"pictures": len(sure), "addresses": int(came["source"].nunique()), "names": int(came["label"].nunique())}
    return [Finding("placeholders", tuple((int(each),) for each in shown.index), tuple(shown.tolist()), facts=facts)]


def _with_same_bytes(groups: list[list[int]], rows: pd.DataFrame) -> list[list[int]]:
    """The groups, and those that are the same byte for byte: that is one photo, be next to nothing on it."""
    known = {position for group in groups for position in group}
    twins = rows.loc[rows["content_hash"].duplicated(keep=False), "content_hash"]
    same = twins[~twins.index.isin(known)]
    return groups + [[*map(int, group)] for group in same.groupby(same).groups.values() if len(group) > 1]


def _copies(groups: list[list[int]], pixels: Pixels) -> list[Finding]:
    """Groups of photos that are nearly one, and how sure that is. What they mean is said as of now, when it is read."""
    if not groups:
        return []
    ranked = sorted(((_sure(group, pixels), tuple(group)) for group in groups), key=lambda each: -each[0])
    return [Finding("near_duplicates", tuple(group for _, group in ranked), tuple(sure for sure, _ in ranked))]


def _sure(group: list[int], pixels: Pixels) -> float:
    """1 for the same pixels, less the more they differ: 0.75 where what is the same photo ends."""
    squares = grids(pixels[group[:COMPARED]])
    levels = float(np.sqrt(((squares[1:] - squares[0]) ** 2).mean(axis=(1, 2, 3))).max())
    return round(max(0.5, 1 - 0.25 * (levels / SAME_LEVELS) ** 2), 3)


def _rows_without_photo(rows: pd.DataFrame, gone: list[int]) -> list[Finding]:
    """Rows that gave no photo, photos whose file is gone or damaged, and copies that were set aside at the making."""
    failed = rows.loc[~rows["status"].isin(["ok", "duplicate"]), "status"]
    aside = int((rows["status"] == "duplicate").sum())
    findings = []
    if len(failed) or gone:
        counts = {str(status): int(count) for status, count in failed.value_counts().items()}
        facts = {"rows": len(failed), "statuses": counts}
        findings.append(Finding("unreadable", tuple((each,) for each in gone), (1.0,) * len(gone), facts=facts))
    if aside:
        findings.append(Finding("exact_duplicates", facts={"rows": aside}))
    return findings


class _Pace:
    """Says how far the check is and how long it will take from now on."""

    def __init__(self, work: Work, photos: int) -> None:
        self._work = work
        self._compare_s = photos * COMPARING_S
        self._began: dict[str, tuple[float, int]] = {}  # by stage: when it first said something, and what was done then

    def measuring(self, done: int, total: int) -> None:
        self._say("measuring", done, total, self._compare_s)

    def comparing(self, done: int, total: int) -> None:
        self._say("comparing", min(done, total), total, 0.0)

    def _say(self, stage: str, done: int, total: int, after_s: float) -> None:
        now = time.monotonic()
        began_at, done_then = self._began.setdefault(stage, (now, done))
        since = done - done_then
        left_s = round((now - began_at) / since * (total - done) + after_s, 1) if since else None
        self._work.progress(stage, done, total, left_s=left_s)
