"""What became of the rows of a source between two looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

HAVE_PHOTO = ("ok", "duplicate")


@dataclass(frozen=True)
class Change:
    """One row that is not what it was."""

    row: int  # the source's own number, as it is now; of a row that is gone, as it was
    source: str  # address or file name
    label: str
    was: str = ""  # another label that it had before
    reason: str = ""  # why there is no photo any more
    content_hash: str = ""  # of its photo, if it has one


@dataclass(frozen=True)
class Difference:
    """Everything that changed. A row can be in several of these."""

    new: tuple[Change, ...] = ()  # rows with a photo that were not there before
    aside: tuple[Change, ...] = ()  # new rows that gave no photo
    relabelled: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()  # rows that are not there any more
    dead: tuple[Change, ...] = ()  # addresses that give no photo any more; that of an earlier day is kept
    lost: tuple[Change, ...] = ()  # rows that had a photo, and now have none
    changed: tuple[Change, ...] = ()  # addresses that show another photo now
    found: tuple[Change, ...] = ()  # rows that had no photo, or had a dead address, and now give one
    moved: int = 0  # rows with another number or address, and else as they were

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take over."""
        return not any(getattr(self, field.name) for field in fields(self))


def difference(
    old: pd.DataFrame,
    new: pd.DataFrame,
    old_trouble: Mapping[int, str] | None = None,
    new_trouble: Mapping[int, str] | None = None,
) -> Difference:
    """Compares two manifests of one source.

    Rows belong together by their address and label, else by their address, else by their photo: numbers may have moved.

    Args:
        old, new: manifests (`core.data.store.MANIFEST_COLUMNS`).
        old_trouble, new_trouble: by row, why an address gives no photo any more while that of an earlier day is kept.
    """
    old, new = _prepared(old, old_trouble or {}), _prepared(new, new_trouble or {})
    pairs = _paired(old, new)
    gone = old.drop(index=pairs["old"])
    came = new.drop(index=pairs["new"])
    before = old.loc[pairs["old"]].reset_index(drop=True)
    now = new.loc[pairs["new"]].reset_index(drop=True).assign(was=before["label"])
    had, has = before["status"].isin(HAVE_PHOTO), now["status"].isin(HAVE_PHOTO)
    relabelled = has & (before["label"] != now["label"])
    same = (before["row"] == now["row"]) & (before["source"] == now["source"])
    has_come = came["status"].isin(HAVE_PHOTO)
    return Difference(
        new=_changes(came[has_come]),
        aside=_changes(came[~has_come], "reason"),
        relabelled=_changes(now[relabelled], "was"),
        gone=_changes(gone[gone["source"] != ""]),
        dead=_changes(now[has & (now["trouble"] != "") & (before["trouble"] == "")], "reason"),
        lost=_changes(now[had & ~has], "reason"),
        changed=_changes(now[had & has & (before["content_hash"] != now["content_hash"])]),
        found=_changes(now[has & (~had | ((before["trouble"] != "") & (now["trouble"] == "")))]),
        moved=int((~same & ~relabelled).sum()),
    )


def _prepared(manifest: pd.DataFrame, trouble: Mapping[int, str]) -> pd.DataFrame:
    kept = manifest[["row", "source", "label", "status", "reason", "content_hash"]].copy()
    for column in ("source", "label", "status", "reason", "content_hash"):
        kept[column] = kept[column].fillna("").astype(object)
    kept["trouble"] = [trouble.get(row, "") for row in kept["row"]]
    kept["reason"] = kept["trouble"].where(kept["trouble"] != "", kept["reason"])
    kept["was"] = ""
    return kept[kept["source"] != ""]  # a row without an address is nothing yet


def _paired(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Index labels of rows that belong together, in columns old and new; each at most once."""
    found = []
    for key in (["source", "label"], ["source"], ["content_hash", "label"], ["content_hash"]):
        left, right = old[(old[key] != "").all(axis=1)], new[(new[key] != "").all(axis=1)]
        pairs = _numbered(left, key).rename(columns={"at": "old"})
        pairs = pairs.merge(_numbered(right, key).rename(columns={"at": "new"}), on=[*key, "nth"])
        found.append(pairs[["old", "new"]])
        old, new = old.drop(index=pairs["old"]), new.drop(index=pairs["new"])
    return pd.concat(found).sort_values("new", ignore_index=True)


def _numbered(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The rows' keys, the first, second … of equal ones told apart."""
    return rows[key].assign(nth=rows.groupby(key).cumcount(), at=rows.index)


def _changes(rows: pd.DataFrame, *more: str) -> tuple[Change, ...]:
    names = ["row", "source", "label", "content_hash", *more]
    columns: list[list[Any]] = [rows[name].tolist() for name in names]
    return tuple(Change(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True))
