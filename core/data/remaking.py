"""A dataset made once more from its source: what is here already is asked after and taken over, the rest fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.data import visits
from core.data.making import begun
from core.data.pixels import MADE_WITH_PX, let_go, load_pixels
from core.data.recording import HELD_ROWS, Before
from core.data.store import Dataset, load_dataset
from core.jobs import Work
from core.sources.fetching import ask_photos
from core.sources.items import Failure, Item, Version
from core.sources.links import is_link

FACTS = ["content_hash", "perceptual_hash", "width", "height", "bytes"]


def remake(work: Work, dataset_id: str) -> None:
    """Makes a draft of a dataset that is there already, or goes on making it: the work of a draft's job.

    Only what comes from addresses is taken over: files of this machine are read again, which costs little.
    """
    draft = load_dataset(dataset_id)
    earlier = _Earlier(load_dataset(draft.refreshes))
    with begun(work, draft, earlier.parts) as making:
        recorder = making.recorder
        missing = recorder.missing()
        known = {item.row: earlier.version(item) for item in missing if earlier.has(item)}
        recorder.versions.update(known)

        def keep(item: Item, delivered: bytes | Failure | None) -> None:
            recorder.keep_news(item, delivered, earlier.photo(item))
            if len(recorder.rows) % HELD_ROWS == 0:
                let_go(earlier.pixels)

        ask_photos(
            [item for item in missing if item.row in known],
            known,
            keep,
            recorder.should_stop,
            heard=lambda item, version: recorder.versions.update({item.row: version}),
        )
        making.source.deliver([item for item in missing if item.row not in known], recorder.keep, recorder.should_stop)


@dataclass(frozen=True)
class _Place:
    """A row of the earlier manifest."""

    row: int
    position: int
    facts: tuple[Any, ...]  # as `FACTS`


class _Earlier:
    """What a dataset knows of the addresses that its photos are from."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.manifest = dataset.as_made(["row", "source", "label", "status", "part", *FACTS])
        self.pixels = load_pixels(dataset, MADE_WITH_PX)
        self.visits = visits.read(dataset.folder)
        good = self.manifest[self.manifest["status"] == "ok"]
        self.at: dict[str, _Place] = {}
        positions = dict(zip(good["content_hash"], good.index, strict=True))
        kept = self.manifest[self.manifest["status"].isin(["ok", "duplicate"])]  # a later twin came from an address too
        for row, address, *facts in zip(*(kept[name].tolist() for name in ["row", "source", *FACTS]), strict=True):
            self.at.setdefault(address, _Place(row, positions[facts[0]], tuple(facts)))

    def has(self, item: Item) -> bool:
        """Whether a photo of an item's address is here. What a file showed on an earlier day is not asked."""
        place = self.at.get(item.source) if item.label and is_link(item.source) else None
        return place is not None and self.dataset.photo_path(place.facts[0]).exists()

    def photo(self, item: Item) -> Before:
        """The photo that an item's address showed, if `has`."""
        place = self.at[item.source]
        facts = dict(zip(FACTS, place.facts, strict=True))
        return Before(self.dataset.photo_path(facts["content_hash"]), facts, self.pixels[place.position])

    def version(self, item: Item) -> Version:
        """What its host said of it, or else what is known of it anyway."""
        place = self.at[item.source]
        visit = self.visits.get(place.row)
        said = visit.version if visit else Version()
        return said if said != Version() else Version(length=place.facts[FACTS.index("bytes")])

    def parts(self, rows: pd.DataFrame) -> Sequence[str | None]:
        """The part that each of these rows had: the same photo under the same label, the same photo, or its address.

        A photo that its address shows anew may be the old one, only saved again: it stays on its side. What people
        have moved stays where they moved it, and new kin follow it there.
        """
        good = self.manifest[self.manifest["status"] == "ok"].copy()
        moved = {position: mend.now for position, mend in self.dataset.mends.photos.items()}
        good.loc[list(moved), "part"] = list(moved.values())
        had: dict[object, str] = {}
        for key in (["content_hash", "label"], ["content_hash"], ["source"]):
            for values, part in zip(good[key].itertuples(index=False, name=None), good["part"], strict=True):
                had.setdefault((key[0], *values), part)
        named = zip(rows["content_hash"], rows["label"], rows["source"], strict=True)
        return [
            had.get(("content_hash", key, label)) or had.get(("content_hash", key)) or had.get(("source", source))
            for key, label, source in named
        ]
