"""One picture under many addresses: what hosts answer in place of photos that are gone."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from core.sources.findings import said_rows
from core.sources.links import is_link

MIN_ADDRESSES = 3  # two may well be one photo, linked twice
MIN_ADDRESSES_OF_ONE_LABEL = 5  # a shop shows the same dress in a few colours and sizes


@dataclass(frozen=True)
class Placeholder:
    """A picture that most likely shows nothing of what its rows name."""

    content_hash: str
    rows: tuple[int, ...]  # the source's own numbers
    num_addresses: int
    labels: tuple[str, ...]  # sorted

    def sentence(self) -> str:
        """What was found, and what it means."""
        told = f"{self.num_addresses:,} addresses show one and the same picture"
        under = f", under {len(self.labels):,} names" if len(self.labels) > 1 else ""
        return f"{told}{under}. Hosts do that for photos that are gone."

    def said_rows(self, said: Callable[[int], str] = str) -> str:
        """Rows 17, 23 to 29 and 12 more; `said` writes the number of one."""
        return said_rows(self.rows, said)


def find_placeholders(manifest: pd.DataFrame) -> list[Placeholder]:
    """The pictures that came, byte for byte, from several addresses; those with the most addresses first.

    A photo shows one thing, so the same one under two labels is strong evidence, and three addresses are enough; within
    one label it may be a photo that a shop uses more than once, so there it takes five. Sources without addresses have
    none: in an archive the same file twice is only a duplicate.

    Args:
        manifest: of a dataset (`core.data.store.MANIFEST_COLUMNS`).
    """
    came = manifest.loc[manifest["status"].isin(["ok", "duplicate"]), "content_hash"].dropna()
    came = manifest.loc[came.index[came.duplicated(keep=False)]]  # mostly few are left to look at
    came = came[came["source"].map(is_link).astype(bool)]
    by_picture = came.groupby("content_hash")
    addresses, labels = by_picture["source"].nunique(), by_picture["label"].nunique()
    enough = MIN_ADDRESSES_OF_ONE_LABEL - (labels > 1) * (MIN_ADDRESSES_OF_ONE_LABEL - MIN_ADDRESSES)
    suspects = addresses[addresses >= enough].sort_values(ascending=False, kind="stable")
    by_picture = came[came["content_hash"].isin(suspects.index)].groupby("content_hash")
    return [
        Placeholder(str(key), tuple(rows["row"].tolist()), int(suspects[key]), tuple(sorted(rows["label"].unique())))
        for key, rows in ((key, by_picture.get_group(key)) for key in suspects.index)
    ]
