"""Which column of a table holds the photos and which the labels, judged by what stands in them."""

import re

import pandas as pd

from core.sources.links import is_link

SAMPLE_ROWS = 2000
MAX_LABEL_CHARACTERS = 60
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif")
PHOTO_WORDS = ("image", "photo", "picture", "img", "pic", "thumbnail", "bild", "foto")
ADDRESS_WORDS = ("url", "link", "address", "src", "path", "file")
LABEL_WORDS = ("label", "class", "category", "target", "type", "article", "kind", "klasse", "kategorie", "garment")


def guess_image_column(rows: pd.DataFrame, paths_allowed: bool) -> str | None:
    """The column of photo addresses, or of photo files if `paths_allowed`; None if there is none.

    Args:
        rows: text, '' for empty.
    """
    scores = {column: _image_score(column, _filled(rows, column), paths_allowed) for column in rows.columns}
    best = max(scores, key=lambda column: scores[column], default=None)
    return best if best is not None and scores[best] > 0 else None


def guess_label_column(rows: pd.DataFrame, image_column: str | None) -> str | None:
    """The column of labels: short words, few of them, each on many rows; None if there is none.

    Args:
        rows: text, '' for empty.
    """
    scores = {column: _label_score(column, _filled(rows, column)) for column in rows.columns if column != image_column}
    best = max(scores, key=lambda column: scores[column], default=None)
    return best if best is not None and scores[best] > 0 else None


def is_photo_file(cell: str) -> bool:
    """Whether a cell reads like the name of a photo file."""
    return cell.lower().endswith(PHOTO_SUFFIXES) and not is_link(cell)


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
    named = max((1.0 - 0.05 * place for place, word in enumerate(LABEL_WORDS) if word in _words(column)), default=0.0)
    if not cells or any(is_link(cell) or len(cell) > MAX_LABEL_CHARACTERS for cell in distinct):
        return 0.0
    comes_back = 1.0 - len(distinct) / len(cells)
    if comes_back < 0.5 and not named and len(cells) >= 10:  # names, notes, dates: hardly two alike
        return 0.0
    as_words = sum(bool(re.search(r"[^\W\d_]", cell)) for cell in cells) / len(cells)
    tells_apart = 0.5 if len(distinct) > 1 else 0.0
    return 0.05 + comes_back + as_words + tells_apart + 2 * named


def _has_word(column: str, words: tuple[str, ...]) -> bool:
    return any(word in column.lower() for word in words)


def _words(column: str) -> list[str]:
    """The words of a header, in lower case: "articleType" and "article_type" alike."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())
