"""A table that lies in an archive or a folder and names its photos: then labels are the table's, not the folders'."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.errors import ClassesNotFound, SourceError, TableUnreadable
from core.settings import MAX_TABLE_BYTES
from core.sources.choice import Choice
from core.sources.columns import PHOTO_SUFFIXES, is_photo_file
from core.sources.items import Failure, Item
from core.sources.layout import Arrangement, is_junk
from core.sources.sheets import Table, parse_table

INVENTORY_SUFFIXES = (".csv", ".tsv", ".xlsx")
MAX_TABLES = 20  # more at the top, and it is no archive of photos
MAX_DEPTH = 8  # folders of a path that a table may write; the whole path always
SAMPLE_ROWS = 2000
NO_PHOTO = Failure("no_address", "This row names no photo.")
MISSING = Failure(
    "unreachable", "The table names this photo, but it is not there. Put it beside the table, or correct its name."
)


@dataclass(frozen=True)
class Inventory:
    """The table and the files that its rows may name."""

    path: str
    table: Table
    choice: Choice
    files: "Files"
    num_paths: int  # everything there is, hidden files too

    def arrangement(self) -> Arrangement:
        """One item for each row of the table, with the path of its photo, or with the cell as it is written.

        Raises:
            ColumnNotFound: no column of labels, or not the one that was chosen.
        """
        choice, named, missing, items = self.choice, set(), 0, []
        for item in self.table.items(choice.image_column, choice.label_column, choice.part_column, choice.group_column):
            path = self.files.find(item.source)
            if isinstance(path, Failure):
                missing += 1
                path = item.source
            else:
                named.add(path)
            items.append(Item(item.row, path, item.label, item.part, item.group))
        return Arrangement(items, ignored=self.num_paths - len(named) - 1, missing=missing)


class Files:
    """Files of an archive, to be found by what a table calls them."""

    def __init__(self, paths: Sequence[str], root: str) -> None:
        self.root = root
        self.num_photos = sum(path.lower().endswith(PHOTO_SUFFIXES) for path in paths)
        self._paths = set(paths)
        self._by_ending: dict[str, list[str]] = {}  # "1.jpg" and "dress/1.jpg" for photos/dress/1.jpg
        self._by_stem: dict[str, list[str]] = {}  # "1" and "dress/1": photos without their suffix, as ids name them
        for path in paths:
            names = _plain(path).split("/")
            for depth in range(1, min(len(names), MAX_DEPTH) + 1):
                ending = "/".join(names[-depth:])
                self._by_ending.setdefault(ending, []).append(path)
                if ending.endswith(PHOTO_SUFFIXES):
                    self._by_stem.setdefault(ending.rpartition(".")[0], []).append(path)

    def find(self, cell: str) -> str | Failure:
        """The path of the file that a cell names: by path, or by name alone where only one file is called so.

        A path that begins at the top of a machine is the maker's: as much of its end is looked for as there is here.
        """
        if not cell:
            return NO_PHOTO
        if cell in self._paths:
            return cell
        wanted = _plain(cell.replace("\\", "/")).removeprefix("./")
        of_machine = wanted.startswith("/") or wanted[1:2] == ":"
        wanted = wanted.lstrip("/")
        found = self._called(wanted)
        while not found and of_machine and "/" in wanted:
            wanted = wanted.partition("/")[2]
            found = self._called(wanted)
        if len(found) > 1:  # the one that the path leads to from beside the table; or written in the same capitals
            found = [path for path in found if path == self.root + cell] or found
        if len(found) > 1:
            found = [path for path in found if path.endswith(f"/{cell}")] or found
        if len(found) == 1:
            return found[0]
        return _ambiguous(found) if found else MISSING

    def _called(self, wanted: str) -> list[str]:
        return self._by_ending.get(wanted) or self._by_stem.get(wanted) or []


def find_inventory(
    paths: Sequence[str], read: Callable[[str, int], bytes | Failure], choice: Choice, labelled: bool = True
) -> tuple[Inventory | None, list[str]]:
    """The one table at the top whose photo column names files that are there.

    Args:
        paths: every file.
        read: gives a file that has no more than so many bytes.
        choice: what a person said of the table.
        labelled: whether it must say what the photos show.

    Returns:
        The table, or None; and sentences on why other tables are not it.
    """
    usable = [path for path in paths if not is_junk(path)]
    root = _root(usable)
    tables = [path for path in usable if path.lower().endswith(INVENTORY_SUFFIXES) and "/" not in path[len(root) :]]
    if not tables:
        return None, []
    files = Files(sorted({*usable} - {*tables}), root)
    found: dict[str, Inventory] = {}
    troubles: list[str] = []
    for path in tables[:MAX_TABLES]:
        name = path[len(root) :]
        try:
            if table := _naming_table(name, read(path, MAX_TABLE_BYTES), files, choice):
                found[name] = Inventory(path, table, choice, files, len(paths))
                if labelled:
                    found[name].arrangement()
        except SourceError as error:
            found.pop(name, None)
            troubles.append(f"{name} cannot be used. {error}")
    if len(found) > 1:
        return None, [f"{' and '.join(found)} name photos in it: leave only one of them there."]
    return next(iter(found.values()), None), troubles


def _naming_table(name: str, content: bytes | Failure, files: Files, choice: Choice) -> Table | None:
    """The table, if it names photos at all.

    Raises:
        SourceError: it cannot be read, has not what was chosen, or names only photos that are not there.
    """
    if isinstance(content, Failure):
        raise TableUnreadable("It is damaged, or has more than the 50 MB that are read at most.")
    table = parse_table(PurePosixPath(name).stem, content, True, choice.sheet, name)
    column = table.column(choice.image_column) if choice.image_column else _naming_column(table, files)
    if column is None:
        return None
    found = {cell: files.find(cell) for cell in table.rows[column]}
    not_found = {cell: why.reason for cell, why in found.items() if isinstance(why, Failure)}
    if len(not_found) == len(found):
        cell = next((cell for cell in found if cell), "")
        raise ClassesNotFound(f"None of the photos that it names can be found, as “{cell}”. {not_found[cell]}")
    return table.with_photos_in(column)


def _naming_column(table: Table, files: Files) -> str | None:
    """The column whose cells name files, the most of them; or else one that looks as if; None if there is none.

    A photo's name without its suffix, such as an id, names it only where cells are hardly ever alike, and cover half
    of the photos: numbers stand in many tables.
    """
    shares = {}
    for column in table.columns:
        cells = [cell for cell in table.rows[column].head(SAMPLE_ROWS) if cell]
        hits = sum(isinstance(files.find(cell), str) for cell in cells)
        as_files = sum(is_photo_file(cell) for cell in cells)
        are_files = 2 * as_files >= len(cells)
        are_ids = 2 * hits >= len(cells) and len(set(cells)) > 0.9 * len(cells)  # not "3" stars beside a 3.jpg
        if hits and (are_files or (are_ids and 2 * len(cells) >= min(files.num_photos, SAMPLE_ROWS))):
            shares[column] = hits / len(cells)
    if shares:
        return max(shares, key=lambda column: shares[column])
    guess = table.image_column
    return guess if guess is not None and table.rows[guess].map(is_photo_file).any() else None


def _root(paths: Sequence[str]) -> str:
    """The folder, or folders in one another, that everything lies in; with a slash at its end, or empty."""
    root = ""
    while paths:
        folder, slash, _ = paths[0][len(root) :].partition("/")
        if not slash or not all(path.startswith(f"{root}{folder}/") for path in paths):
            break
        root += f"{folder}/"
    return root


def _plain(path: str) -> str:
    """A path in one case and Unicode form: what a Mac packs, others spell otherwise."""
    return unicodedata.normalize("NFC", path).casefold()


def _ambiguous(paths: Sequence[str]) -> Failure:
    name = paths[0].rpartition("/")[2]
    return Failure("no_address", f"{len(paths)} photos are called {name}. Write the folder too, as in {min(paths)}.")
