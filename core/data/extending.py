"""A dataset made of another and of photos that people have named since: only what it learns from changes.

What the other one is tested on stays what it was, photo by photo, so that before and after can be compared.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.alike import Alike, empty_manifest
from core.data.finishing import finish
from core.data.kin import find_kin
from core.data.mend_layer import Mend, keep
from core.data.photo import Look, look_at
from core.data.pixels import MADE_WITH_PX, load_pixels, open_for_making
from core.data.settling import SPLIT_SEED
from core.data.split import kept_together, split_parts
from core.data.store import MANIFEST_COLUMNS, Dataset, checked_name, load_dataset, photo_path
from core.errors import DatasetTooSmall
from core.files import link_file, new_id, write_json
from core.settings import load_settings

KIND = "corrections"  # of the source of such a dataset; `open_source` knows none: it is made in one go
FEWEST = 3  # photos of each class, where there are no others
TESTED = "It is tested on this photo, so it does not learn from it."
KNOWN = "It learns from this photo already, under this name."


@dataclass(frozen=True)
class Named:
    """A photo with the name that somebody gave it."""

    path: Path  # of its JPEG, as a dataset keeps it
    content_hash: str  # SHA-256 of that file
    name: str  # of the photo
    label: str


def extend(base: Dataset | None, named: Sequence[Named], name: str, about: dict[str, Any]) -> Dataset:
    """Makes a dataset of all photos of another one and of some that were named; the other one stays as it is.

    A named photo is learned from. One that is in the test part, also if it was saved again, is left out; one that was
    learned from or watched with under another name is learned from under the new one. What people mended in the other
    one is mended in this one too, unless a photo is named anew.

    Args:
        base: the other one; None: of the named photos alone, which are then split as any.
        named: at least one.
        name: what to call it.
        about: what its source says beside `kind`, `dataset`, and how many of its last rows people have named (`told`).

    Raises:
        DatasetTooSmall: there is nothing new to learn; or, without another, fewer than two classes, or too few photos
            of one.
        DatasetUnfinished, DatasetDamaged: of the other one.
        NameInvalid: the name is empty or too long.
    """
    if base is None:
        require_enough([each.label for each in named])
    name = checked_name(name)
    looks = [look_at(each.path.read_bytes(), MADE_WITH_PX) for each in named]
    before = empty_manifest() if base is None else base.as_made()
    mends = {} if base is None else dict(base.mends.photos)
    old_pixels = None if base is None else load_pixels(base, MADE_WITH_PX)
    manifest, added = _joined(before, mends, Alike(base), named, looks)
    if base is not None and set(manifest["reason"].iloc[len(before) :]) <= {TESTED, KNOWN}:
        raise DatasetTooSmall(
            f"There is nothing new to learn: {base.name} is tested on these photos, or has them under these names "
            "already. Correct other photos."
        )
    if base is None:
        kin = find_kin(np.stack([look.pixels for look in looks]), range(len(looks)))
        groups = kept_together(manifest["group"].tolist(), kin)
        parts = split_parts(manifest["label"].tolist(), groups, [None] * len(manifest), SPLIT_SEED)
        manifest["part"] = pd.Series(parts, dtype="string")
    told = len(named) + (base.source.get("told", 0) if base else 0)
    source = {"kind": KIND, "dataset": base.id if base else "", "told": told, **about}
    new = [(named[at], looks[at]) for at in added]
    return _written(base, manifest, [*mends.values()], old_pixels, new, name, source)


def require_enough(labels: Sequence[str]) -> None:
    """Makes sure that photos can be learned from on their own.

    Raises:
        DatasetTooSmall: says in words what is missing.
    """
    counts = pd.Series(list(labels), dtype=object).value_counts()
    if len(counts) < 2:
        only = f"all of them are “{counts.index[0]}”" if len(counts) else "there is none yet"
        raise DatasetTooSmall(
            f"On their own, photos of at least two kinds are needed, {FEWEST} of each: {only}. Correct more photos, or "
            "start from a dataset that is here."
        )
    if few := [f"{FEWEST - count} more of “{label}”" for label, count in counts.items() if count < FEWEST]:
        raise DatasetTooSmall(
            f"On their own, {FEWEST} photos of each kind are needed: one to learn from, one to watch with and one to "
            f"test on. Missing: {', '.join(few)}. Correct more photos, or start from a dataset that is here."
        )


def _joined(
    before: pd.DataFrame, mends: dict[int, Mend], photos: Alike, named: Sequence[Named], looks: Sequence[Look]
) -> tuple[pd.DataFrame, list[int]]:
    """The manifest with a row for each named photo, and which of them are new here. Takes out mends that are over."""
    manifest = before.copy()
    next_row = int(manifest["row"].max()) + 1 if len(manifest) else 1
    rows, added = [], []
    for at, (each, look) in enumerate(zip(named, looks, strict=True)):
        same = photos.places(each.path.read_bytes(), each.content_hash, look)
        status, reason = "ok", ""
        if same:
            status, reason = "duplicate", TESTED
            if "test" not in {mends[row].now if row in mends else manifest.at[row, "part"] for row in same}:
                now = {mends[row].label if row in mends else manifest.at[row, "label"] for row in same}
                reason = KNOWN if now == {each.label} else _renamed(manifest, same, each)
                if reason != KNOWN:
                    for row in same:
                        mends.pop(row, None)
        else:
            added.append(at)
        rows.append(
            {
                "row": next_row + at,
                "source": each.name,
                "label": each.label,
                "status": status,
                "reason": reason,
                "content_hash": each.content_hash,
                "perceptual_hash": look.perceptual_hash,
                "width": look.width,
                "height": look.height,
                "bytes": each.path.stat().st_size,
                "group": each.content_hash,
                "part": "train" if status == "ok" else None,
            }
        )
    more = pd.DataFrame(rows, columns=[*MANIFEST_COLUMNS]).astype(MANIFEST_COLUMNS)
    return pd.concat([manifest, more], ignore_index=True), added


def _renamed(manifest: pd.DataFrame, same: list[int], each: Named) -> str:
    """Gives a photo that is here its new name, and learns from it; of several rows of one name the first stays."""
    manifest.loc[same, ["label", "part"]] = [each.label, "train"]
    for row in same[1:]:
        manifest.loc[row, ["status", "reason"]] = [
            "duplicate",
            f"The same photo is in row {manifest.at[same[0], 'row']}.",
        ]
        manifest.loc[row, "part"] = None
    return f"The photo of row {manifest.at[same[0], 'row']} has this name now."


def _written(
    base: Dataset | None,
    manifest: pd.DataFrame,
    mends: Sequence[Mend],
    old_pixels: NDArray[np.uint8] | None,
    added: list[tuple[Named, Look]],
    name: str,
    source: dict[str, Any],
) -> Dataset:
    """Writes it aside and puts it in its place when it is whole: no list ever shows half of it."""
    dataset_id = new_id(name)
    folder = load_settings().datasets_dir / dataset_id
    aside = folder.with_name(f".{dataset_id}")
    try:
        good = set(manifest.loc[manifest["status"] == "ok", "content_hash"])
        new = {each.content_hash for each, _ in added}
        for each, _ in added:
            link_file(each.path, photo_path(aside, each.content_hash))
        if base is not None:
            for content_hash in sorted(good - new):
                link_file(base.photo_path(content_hash), photo_path(aside, content_hash))
        pixels = open_for_making(aside, len(manifest))
        if old_pixels is not None:
            pixels[: len(old_pixels)] = old_pixels
        places = dict(zip(manifest["content_hash"], manifest.index, strict=True))  # of one hash the last: the new row
        for each, look in added:
            pixels[places[each.content_hash]] = look.pixels
        pixels.flush()
        write_json(aside / "dataset.json", {"name": name, "source": source, "created_at": time.time()})
        finish(aside, manifest, base.given if base else ())
        keep(aside, mends)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return load_dataset(dataset_id)
