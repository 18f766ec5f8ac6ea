"""An archive (ZIP, TAR) or a folder as a source: photos in class folders, or named by a table that lies beside them.

Nothing is ever unpacked to the disk: photos go from the archive to `keep`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.errors import ClassesNotFound, ColumnNotFound
from core.sources.choice import Choice
from core.sources.doctor import about_labels, examine
from core.sources.findings import Finding
from core.sources.folders import Folder
from core.sources.holding import Holder
from core.sources.inventory import Inventory, find_inventory
from core.sources.items import Failure, Item, Keep, Stop
from core.sources.labels import merged
from core.sources.layout import Arrangement, arrange
from core.sources.sheets import Table
from core.sources.tars import Tar, is_tar
from core.sources.zips import Zip

NO_FOLDER = Failure("no_label", "No folder says what this photo shows. Put it into one named after its class.")
NO_LABEL = Failure("no_label", "This row has no label.")


@dataclass(frozen=True)
class Survey:
    """A quick look at an archive or a folder, before a dataset is made of it."""

    photos: int  # rows, in fact: some may turn out to be no photos
    classes: dict[str, int]  # rows by label, sorted by label
    parts: dict[str, int]  # rows by train, validation, test; empty if the source gives no split
    ignored: int  # files that are no rows
    table: Table | None = None  # the table that names the photos, if the labels are taken from one
    table_path: str = ""  # where that lies
    missing: int = 0  # rows of that table whose photo is not there
    groups: int = 0  # 0 if nothing says what belongs together
    findings: tuple[Finding, ...] = ()


def survey(path: Path, choice: Choice | None = None, merge: Mapping[str, str] | None = None) -> Survey:
    """Counts what an archive or a folder holds and looks for what is wrong with it, without opening a photo.

    Args:
        choice: what a person said of the table in it.
        merge: labels to be renamed; the findings are those that remain then, the classes stay as they are written.

    Raises:
        NotFound, ArchiveUnreadable, ArchiveUnsafe, ClassesNotFound: as the source made of it.
        ColumnNotFound: something was chosen, and no table in it fits.
    """
    source = FolderSource(path, choice, merge) if path.is_dir() else ArchiveSource(path, choice, merge)
    arrangement, inventory = source.arrangement(), source.inventory
    items = arrangement.items
    if inventory:
        findings = examine(inventory.table, source.choice, inventory.files.find, merge=merge)
    else:
        findings = about_labels(Counter(item.label for item in merged(items, merge) if item.label))
    return Survey(
        photos=len(items),
        classes=dict(sorted(Counter(item.label for item in items if item.label).items())),
        parts=dict(Counter(item.part for item in items if item.part)),
        ignored=arrangement.ignored,
        table=inventory.table if inventory else None,
        table_path=inventory.path if inventory else "",
        missing=arrangement.missing,
        groups=len({item.group for item in items if item.group}),
        findings=tuple(findings),
    )


class HeldSource:
    """The photos of whatever holds files."""

    def __init__(self, holder: Holder, choice: Choice | None, merge: Mapping[str, str] | None) -> None:
        self.holder = holder
        self.choice = choice or Choice()
        self.merge = merge  # labels to be renamed

    @property
    def inventory(self) -> Inventory | None:
        """The table in it that names its photos, if there is one. Raises as `survey`."""
        return self._found[1]

    @property
    def table(self) -> Table | None:
        """The same as it was read. Raises as `survey`."""
        return self.inventory.table if self.inventory else None

    def items(self) -> list[Item]:
        """One item for each row of the table in it, or else for each file in a class folder. Raises as `survey`."""
        return merged(self.arrangement().items, self.merge)

    def arrangement(self) -> Arrangement:
        """What it holds, labels as they are written. Raises as `survey`."""
        paths, inventory, troubles = self._found
        if inventory is not None:
            return inventory.arrangement()
        if any(vars(self.choice).values()):
            raise ColumnNotFound(
                " ".join(["Columns were chosen, but no table beside the photos names them.", *troubles])
            )
        try:
            return arrange(paths)
        except ClassesNotFound as error:
            raise ClassesNotFound(" ".join([str(error), *troubles])) from error

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Hands on what has a label, and says why not for the rest."""
        inventory = self.inventory
        wanted = []
        for item in items:
            if stop():
                return
            path = inventory.files.find(item.source) if inventory else item.source
            if isinstance(path, Failure):
                keep(item, path)
            elif not item.label:
                keep(item, NO_LABEL if inventory else NO_FOLDER)
            else:
                wanted.append((item, path))
        self.holder.deliver(wanted, keep, stop)

    @cached_property
    def _found(self) -> tuple[list[str], Inventory | None, list[str]]:
        """Every path; the table among them; and why other tables are not it."""
        paths = self.holder.paths()
        return paths, *find_inventory(paths, self.holder.content, self.choice)


class ArchiveSource(HeldSource):
    """The photos of a ZIP, a .tar or a .tar.gz."""

    def __init__(
        self,
        path: Path,
        choice: Choice | None = None,
        merge: Mapping[str, str] | None = None,
        stays_open: bool = False,
    ) -> None:
        super().__init__(Tar(path) if is_tar(path) else Zip(path, stays_open), choice, merge)


class FolderSource(HeldSource):
    """The photos of a folder."""

    def __init__(self, path: Path, choice: Choice | None = None, merge: Mapping[str, str] | None = None) -> None:
        super().__init__(Folder(path), choice, merge)
