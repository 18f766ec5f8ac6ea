"""Which column of a table holds the photos, the labels, the parts and the groups, judged by what stands in them."""

import re

import pandas as pd

from core.sources.links import is_link
from core.sources.parts import part_named

SAMPLE_ROWS = 2000
MAX_LABEL_CHARACTERS = 60
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif")
PHOTO_WORDS = ("image", "photo", "picture", "img", "pic", "thumbnail", "bild", "foto")
ADDRESS_WORDS = ("url", "link", "address", "src", "path", "file")
LABEL_WORDS = ("label", "class", "category", "target", "type", "article", "kind", "klasse", "kategorie", "garment")
PART_WORDS = ("split", "part", "set", "subset", "partition", "fold", "usage")
GROUP_WORDS = ("sku", "asin", "gtin", "ean", "upc", "productid", "itemid", "articleid", "styleid", "groupid")
THINGS = ("product", "item", "article", "style", "model", "garment", "group", "parent")  # "product id", "item no"
NUMBERED = ("id", "no", "nr", "number", "code", "ref", "key")
MAX_GROUP_PHOTOS = 20  # on average; what comes back more often is a kind of things, not one thing


def guess_image_column(rows: pd.DataFrame, paths_allowed: bool) -> str | None:
    """The column of photo addresses, or of photo files if `paths_allowed`; None if there is none.

    Args:
        rows: text, '' for empty.
    """
    return next(iter(image_columns(rows, paths_allowed)), None)


def image_columns(rows: pd.DataFrame, paths_allowed: bool) -> list[str]:
    """Every column that could be the one of the photos, the likeliest first. Takes as `guess_image_column`."""
    scores = {column: _image_score(column, _filled(rows, column), paths_allowed) for column in rows.columns}
    return sorted((column for column in scores if scores[column] > 0), key=lambda column: -scores[column])


def guess_label_column(rows: pd.DataFrame, *taken: str | None) -> str | None:
    """The column of labels: short words, few of them, each on many rows; None if there is none.

    Args:
        rows: text, '' for empty.
        taken: columns that hold something else.
    """
    scores = {column: _label_score(column, _filled(rows, column)) for column in rows.columns if column not in taken}
    best = max(scores, key=lambda column: scores[column], default=None)
    return best if best is not None and scores[best] > 0 else None


def guess_part_column(rows: pd.DataFrame, *taken: str | None) -> str | None:
    """The column that says train, validation or test: by its name and half of its cells, or by all of its cells."""
    scores = {column: _part_score(column, _filled(rows, column)) for column in rows.columns if column not in taken}
    best = max(scores, key=lambda column: scores[column], default=None)
    return best if best is not None and scores[best] > 0 else None


def guess_group_column(rows: pd.DataFrame, *taken: str | None) -> str | None:
    """The column that says which photos show one article: named like a SKU or an id, each on a few rows.

    Of several the one with the largest groups: what belongs together by any of them then stays together.
    """
    sizes = {column: _group_size(column, _filled(rows, column)) for column in rows.columns if column not in taken}
    best = max(sizes, key=lambda column: sizes[column], default=None)
    return best if best is not None and sizes[best] > 0 else None


def is_photo_file(cell: str) -> bool:
    """Whether a cell reads like the name of a photo file."""
    return cell.lower().endswith(PHOTO_SUFFIXES) and not is_link(cell)


def words_of(column: str) -> list[str]:
    """The words of a header, in lower case: "articleType" and "article_type" alike."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())


def _filled(rows: pd.DataFrame, column: str) -> list[str]:
    return [cell for cell in rows[column].head(SAMPLE_ROWS) if cell]


def _image_score(column: str, cells: list[str], paths_allowed: bool) -> float:
    """0 unless at least half of what is there are addresses; then more for what looks like photos, and many of them."""
    hits = [cell for cell in cells if is_link(cell) or (paths_allowed and is_photo_file(cell))]
    if not hits or len(hits) < len(cells) / 2:
        return 0.0
    as_photos = sum(_shows_photo(cell) for cell in hits) / len(hits)
    distinct = len(set(hits)) / len(hits)  # a logo or a shop's page repeats itself
    named = 0.5 * _has_word(column, PHOTO_WORDS) + 0.2 * _has_word(column, ADDRESS_WORDS)
    return len(hits) / len(cells) + as_photos + distinct + named


def _shows_photo(cell: str) -> bool:
    path = cell.lower().partition("?")[0]
    return path.endswith(PHOTO_SUFFIXES) or "drive.google.com" in path


def _label_score(column: str, cells: list[str]) -> float:
    """0 unless the values are short and come back; then more for words, for a telling header and for few values."""
    distinct = set(cells)
    named = max((1.0 - 0.05 * place for place, word in enumerate(LABEL_WORDS) if word in words_of(column)), default=0.0)
    if not cells or any(is_link(cell) or len(cell) > MAX_LABEL_CHARACTERS for cell in distinct):
        return 0.0
    comes_back = 1.0 - len(distinct) / len(cells)
    if comes_back < 0.5 and not named and len(cells) >= 10:  # names, notes, dates: hardly two alike
        return 0.0
    as_words = sum(bool(re.search(r"[^\W\d_]", cell)) for cell in cells) / len(cells)
    tells_apart = 0.5 if len(distinct) > 1 else 0.0
    return 0.05 + comes_back + as_words + tells_apart + 2 * named


def _part_score(column: str, cells: list[str]) -> float:
    hits = sum(part_named(cell) is not None for cell in cells) / max(1, len(cells))
    named = any(word in PART_WORDS for word in words_of(column))
    return hits + named if hits == 1 or (named and hits >= 0.5) else 0.0


def _group_size(column: str, cells: list[str]) -> float:
    """Photos of one group on average; 0 if this is no column of groups."""
    words = words_of(column)
    named = any(word in GROUP_WORDS for word in words) or (
        any(word in THINGS for word in words) and any(word in NUMBERED for word in words)
    )
    distinct = len(set(cells))
    if not named or distinct < 2 or distinct == len(cells) or any(is_link(cell) for cell in set(cells)):
        return 0.0
    size = len(cells) / distinct
    return size if size <= MAX_GROUP_PHOTOS else 0.0


def _has_word(column: str, words: tuple[str, ...]) -> bool:
    return any(word in column.lower() for word in words)
