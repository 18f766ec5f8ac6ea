"""Where the header of a sheet stands: below titles, notes and blank rows, above the first row that names a photo."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from core.sources.cells import Rows
from core.sources.columns import ADDRESS_WORDS, LABEL_WORDS, PHOTO_WORDS, is_photo_file, words_of
from core.sources.links import is_link

LOOKED_AT_ROWS = 2000
MAX_HEADER_CHARACTERS = 60  # of a cell; longer ones are taken only where there are none as short as that
MAX_HEADER_WORDS = 3  # of a cell that is known for a header by its words
_KNOWN_WORDS = {
    *PHOTO_WORDS, *ADDRESS_WORDS, *LABEL_WORDS,
    "id", "sku", "name", "title", "description", "size", "price", "brand", "colour", "color", "split", "number",
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """How a sheet is laid out."""

    header_row: int | None  # the sheet's own number; None if there is no header
    first_row: int  # that is a row of the table; above it is none
    places: dict[str, int]  # of the columns, by their names: where in a row each stands


def framed(rows: Rows) -> tuple[pd.DataFrame, int | None]:
    """Names the columns and drops what is blank or stands above the header.

    Returns:
        Text, '' for empty; the index is the sheet's own row number. And the row of the header; None if there is none.
    """
    frame = frame_of(rows)
    if frame is None:
        return pd.DataFrame(), None
    body = {number: row for number, row in enumerate(rows, start=1) if number >= frame.first_row and any(row)}
    cells = [[row[place] if place < len(row) else "" for place in frame.places.values()] for row in body.values()]
    index = pd.Index(list(body), name="row")
    return pd.DataFrame(cells, index=index, columns=list(frame.places), dtype=str), frame.header_row


def frame_of(rows: Rows) -> Frame | None:
    """How a sheet is laid out, by all of its rows or its first; None if they are blank."""
    filled = {number: row for number, row in enumerate(rows, start=1) if any(row)}
    if not filled:
        return None
    header_row, first = _header(filled)
    header = filled[header_row] if header_row is not None else []
    body = [row for number, row in filled.items() if number >= first]
    width = max(len(header), *map(len, body)) if body else 0
    named = [header[place] if place < len(header) else "" for place in range(width)]
    has_cells = {place for row in body for place, cell in enumerate(row) if cell}
    used = [place for place in range(width) if named[place] or place in has_cells]
    columns = _distinct([named[place] or f"Column {_letters(place)}" for place in used])
    return Frame(header_row, first, dict(zip(columns, used, strict=True)))


def _header(filled: dict[int, list[str]]) -> tuple[int | None, int]:
    """The row of the header, None if there is none, and from which row on there are photos.

    Args:
        filled: the rows that are not blank, by number.
    """
    numbers = list(filled)[:LOOKED_AT_ROWS]
    places = Counter(place for number in numbers for place, cell in enumerate(filled[number]) if _names_photo(cell))
    if not places:  # no photo anywhere: the first row that is more than a title
        header = next((number for number in numbers if _count(filled[number]) > 1), numbers[0])
        return header, header + 1
    place = max(places, key=lambda each: (places[each], -each))
    with_photo = [number for number in numbers if _names_photo("".join(filled[number][place : place + 1]))]
    usual = Counter(_count(filled[number]) for number in with_photo).most_common(1)[0][0]
    # A lone link above the rest is a note of where the photos are from.
    first = next((number for number in with_photo if usual == 1 or _count(filled[number]) > 1), with_photo[0])
    below: dict[int, set[str]] = {}
    for number in numbers[numbers.index(first) :]:
        for each, cell in enumerate(filled[number]):
            below.setdefault(each, set()).add(cell)
    above = [number for number in numbers if number < first]
    fits = {number: fit for number in above if (fit := _fit(filled[number], usual, below))}
    if fits:
        header = max(fits, key=lambda number: (fits[number], number))
        return header, header + 1
    return None, next((number for number in above if _comes_back(filled[number], below)), with_photo[0])


def _fit(row: list[str], usual: int, below: dict[int, set[str]]) -> tuple[int, ...] | None:
    """How well a row above the photos serves as their header, to be compared (the nearest wins); None if it does not.

    Args:
        usual: how many cells a row with a photo has.
        below: by place, what the cells under this row hold.
    """
    cells = [cell for cell in row if cell]
    wide = len(cells) > 1 or usual == 1  # a title or a note is one cell
    short = all(len(cell) <= MAX_HEADER_CHARACTERS for cell in cells)
    known = any(_is_known(cell) for cell in cells)
    if any(_names_photo(cell) for cell in cells) or not any(re.search(r"[^\W\d_]", cell) for cell in cells):
        return None
    if not (wide or (known and short)) or (not known and _comes_back(row, below)):
        return None
    return wide + known, short


def _comes_back(row: list[str], below: dict[int, set[str]]) -> bool:
    """Whether a cell stands again in its own column: then the row is a row like those below, only without a photo."""
    return any(cell in below.get(place, ()) for place, cell in enumerate(row) if cell)


def _is_known(cell: str) -> bool:
    words = words_of(cell)
    return 0 < len(words) <= MAX_HEADER_WORDS and any({word, word.removesuffix("s")} & _KNOWN_WORDS for word in words)


def _names_photo(cell: str) -> bool:
    return is_link(cell) or is_photo_file(cell)


def _count(row: Collection[str]) -> int:
    return sum(bool(cell) for cell in row)


def _distinct(names: list[str]) -> list[str]:
    """Gives columns of the same name a number each."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            names[place] = f"{name} ({seen[name]})"
    return names


def _letters(place: int) -> str:
    """The name that spreadsheets give a column: A, B, …, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
