"""What a tree of files means: which folders are classes, which are parts (train, validation, test), what is neither."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import ClassesNotFound
from core.sources.columns import PHOTO_SUFFIXES
from core.sources.items import Item, Part
from core.sources.labels import tidy
from core.sources.parts import part_named

ARCHIVE_SUFFIXES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
SYSTEM_FILES = ("thumbs.db", "desktop.ini", "__macosx")
HOW = (
    "Put the photos of each class into a folder named after it: dress/1.jpg, dress/2.jpg, shirt/1.jpg. "
    "Folders train, validation and test may stand above them. Or put a table beside the photos that names them: one "
    "column with their file names, one with their labels."
)


@dataclass(frozen=True)
class Arrangement:
    """The rows that a tree of files makes."""

    items: list[Item]  # sorted by path
    ignored: int  # files that are no rows: hidden ones, archives, and what is no photo outside the class folders
    missing: int = 0  # rows of a table in it whose photo is not there


@dataclass(frozen=True)
class _Place:
    """Where a file lies, seen from the folder that holds the classes or the parts."""

    path: str  # as the source names it
    folders: tuple[str, ...]
    is_photo: bool  # by its name: only to find the class folders, never to judge the file


def arrange(paths: Iterable[str]) -> Arrangement:
    """Makes rows of files.

    Folders that only wrap the rest are seen through. What lies in a class folder is a row whatever its name, and so is
    a photo outside of them, with an empty label.

    Args:
        paths: relative, with slashes.

    Raises:
        ClassesNotFound: no photos, or none in a folder named after a class.
    """
    paths = list(paths)
    folders = {folder: tuple(_names(folder)) for folder in {_folder(path) for path in paths}}
    places = [_Place(path, folders[_folder(path)], _is_photo(path)) for path in sorted(paths) if not is_junk(path)]
    if not any(place.is_photo for place in places):
        raise ClassesNotFound(f"There are no photos in it. {HOW}")
    places = _unwrapped(places)
    if not any(place.is_photo and place.folders for place in places):
        raise ClassesNotFound(f"The photos lie side by side, so nothing says what they show. {HOW}")
    part_folders = _part_folders(places)
    labelled = [(place, *_meaning(place, part_folders)) for place in places]
    rows = [(place.path, label, part) for place, label, part in labelled if label or place.is_photo]
    only_part = len({part for _, _, part in rows}) == 1  # all in "train" says nothing about a split
    items = [
        Item(row, path, label, None if only_part else part) for row, (path, label, part) in enumerate(rows, start=1)
    ]
    return Arrangement(items, ignored=len(paths) - len(items))


def is_junk(path: str) -> bool:
    """Hidden files, what systems leave behind, and archives, which are not looked into."""
    names = _names(path.lower())
    return any(name.startswith(".") or name in SYSTEM_FILES for name in names) or names[-1].endswith(ARCHIVE_SUFFIXES)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _names(path: str) -> list[str]:
    """The folders of a path and the file in them; as pathlib has them, in a third of its time."""
    return [name for name in path.split("/") if name not in ("", ".")]


def _is_photo(path: str) -> bool:
    return path.lower().endswith(PHOTO_SUFFIXES)


def _unwrapped(places: Sequence[_Place]) -> list[_Place]:
    """Steps into a lone folder as long as the classes lie deeper still."""
    places = list(places)
    while True:
        inside = [place for place in places if place.is_photo and place.folders]
        wrappers = {place.folders[0] for place in inside}
        deeper = sum(len(place.folders) > 1 for place in inside)
        if len(wrappers) != 1 or deeper <= len(inside) / 2:
            return places
        (wrapper,) = wrappers
        places = [
            _Place(place.path, place.folders[1:] if place.folders[:1] == (wrapper,) else (), place.is_photo)
            for place in places
        ]


def _part_folders(places: Sequence[_Place]) -> set[str]:
    """The top folders that are named like a part and hold folders rather than photos."""
    depths = Counter((place.folders[0], len(place.folders) > 1) for place in places if place.is_photo and place.folders)
    named = {folder for folder, _ in depths if part_named(folder)}
    return {folder for folder in named if depths[folder, True] > depths[folder, False]}


def _meaning(place: _Place, parts: set[str]) -> tuple[str, Part | None]:
    """The label and the part of a file; an empty label if no folder names its class."""
    if not parts:
        return _label(place, 0), None
    if not place.folders or place.folders[0] not in parts:
        return "", None
    return _label(place, 1), part_named(place.folders[0])


def _label(place: _Place, depth: int) -> str:
    """The name of a class folder, without the blanks around it or doubled in it."""
    return tidy(place.folders[depth]) if len(place.folders) > depth else ""
