"""A finished dataset divided anew into what it learns from, is watched with and is tested on: as mends, undoable.

The folder of a dataset keeps `divide/job/`, of the job that does it.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from core import jobs
from core.data.kin import find_kin
from core.data.mends import move_each
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.settling import SPLIT_SEED
from core.data.split import Shares, kept_together, split_rest
from core.data.store import Dataset, load_dataset, unfinished
from core.errors import DatasetUnfinished, SplitInvalid
from core.jobs import Work

MOST = 0.9  # of the photos that may be held back in all

Told = Callable[[int, int], None]


def start_divide(
    dataset_id: str, shares: Shares, seed: int = SPLIT_SEED, keep_test: bool = True, keep_given: bool = True
) -> None:
    """Starts a job that divides a dataset; `jobs.state(job_dir(dataset))` says how it goes. Takes as `divide`.

    Raises:
        NotFound: no such dataset.
        DatasetUnfinished, SplitInvalid: as `divide`.
        JobActive: it is being divided already.
    """
    dataset = load_dataset(dataset_id)
    _require(dataset, shares, keep_test, keep_given)
    arguments = {"dataset_id": dataset_id, "test": shares.test, "validation": shares.validation}
    choices = {"seed": seed, "keep_test": keep_test, "keep_given": keep_given}
    jobs.start(job_dir(dataset), "core.data.dividing:work", arguments | choices)


def job_dir(dataset: Dataset) -> Path:
    """The folder of the job that divides a dataset."""
    return dataset.folder / "divide" / "job"


def work(
    work: Work, dataset_id: str, test: float, validation: float, seed: int, keep_test: bool, keep_given: bool
) -> None:
    """Divides a dataset: what `core.jobs` calls. Stopped or failed, it has moved nothing."""

    def told(done: int, total: int) -> None:
        work.check_stop()
        work.progress("copies", done, total)

    divide(load_dataset(dataset_id), Shares(test, validation), seed, keep_test, keep_given, told)


def divide(
    dataset: Dataset,
    shares: Shares,
    seed: int = SPLIT_SEED,
    keep_test: bool = True,
    keep_given: bool = True,
    progress: Told = lambda done, total: None,
) -> None:
    """Divides a dataset anew, in one act of mends: stratified, with kin and groups on one side.

    Photos that have to stay where they are take theirs with them: a copy of a photo of the frozen test part comes into
    the test part too.

    Args:
        dataset: a finished one, as it is now.
        shares: how large the parts are to be, of all photos; what is kept keeps its size.
        seed: another one divides otherwise.
        keep_test: what it is tested on stays that.
        keep_given: the test and the validation part that the source gave are what it gave.
        progress: told (done, total) photos; may raise to end it.

    Raises:
        DatasetUnfinished: its photos are still coming, or their making broke off.
        SplitInvalid: the shares are no shares, or leave too little to learn from, together with what is kept.
        DatasetDamaged: its photos or its manifest cannot be read.
    """
    _require(dataset, shares, keep_test, keep_given)
    made = dataset.as_made(["status", "reason", "content_hash", "label", "part", "group"])
    rows = made[made["status"] == "ok"]  # also what was left out: should it be taken back, it is with its kin
    now = dataset.mends.applied(made).loc[rows.index]
    mends = dataset.mends.photos
    here = [mends[at].now if at in mends else str(part) for at, part in rows["part"].items()]
    kin = find_kin(load_pixels(dataset, MADE_WITH_PX, progress), rows.index.tolist(), progress)
    place = {position: at for at, position in enumerate(rows.index)}
    groups = rows["group"].fillna(rows["content_hash"]).tolist()
    groups = kept_together(groups, [[place[position] for position in family] for family in kin])
    given = {*dataset.given} - {"train"} if keep_given else set()
    kept = [_kept(part, was, given, keep_test) for part, was in zip(rows["part"], here, strict=True)]
    counts = [at for at, status in enumerate(now["status"]) if status == "ok"]
    labels, keys = now["label"].iloc[counts].tolist(), [groups[at] for at in counts]
    parts = split_rest(labels, keys, [kept[at] for at in counts], seed, shares)
    dealt, with_kin = dict(zip(counts, parts, strict=True)), dict(zip(keys, parts, strict=True))
    # What was left out goes with its kin, should it be taken back; without kin it stays where it was.
    goes = [dealt.get(at) or with_kin.get(groups[at], was) for at, was in enumerate(here)]
    move_each(dataset, {int(at): to for at, to, was in zip(rows.index, goes, here, strict=True) if to != was})


def _kept(made: str, here: str, given: Collection[str], keep_test: bool) -> str | None:
    """The part that a photo stays in, or None.

    Args:
        made: its part as the dataset was made.
        here: its part now.
        given: the parts that stay as they were made.
        keep_test: the test part stays as it is.
    """
    if keep_test and "test" in (here, made):
        return "test" if here == "test" else None
    return made if made in given else None


def _require(dataset: Dataset, shares: Shares, keep_test: bool, keep_given: bool) -> None:
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    given = dataset.given if keep_given else ()
    test = _held_back(dataset, "test", shares.test, keep_test or "test" in given)
    watched = _held_back(dataset, "validation", shares.validation, "validation" in given)
    if not (0 < test < 1 and 0 < watched < 1 and test + watched <= MOST):
        raise SplitInvalid(
            "Some photos are held back to watch it with and some to test it on, and at least "
            f"{1 - MOST:.0%} of all are left to learn from. Received: {test:.0%} to test it on, "
            f"{watched:.0%} to watch it with"
        )


def _held_back(dataset: Dataset, part: str, asked: float, stays: bool) -> float:
    """The share of a part: as it is now where it stays and has photos, or else as asked."""
    photos = dataset.parts.get(part, 0)
    return photos / dataset.ok if stays and photos else asked
