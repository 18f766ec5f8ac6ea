"""The sheet doctor: what is wrong with a table of photos, said before a single photo is fetched."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from core.sources.choice import Choice
from core.sources.findings import Finding, quoted, rows_have, said_rows
from core.sources.items import Failure, Item
from core.sources.labels import merged, merges
from core.sources.parts import part_named
from core.sources.photo_columns import empty_photo_cells, without_columns
from core.sources.sheets import Table

Find = Callable[[str], str | Failure]  # from a cell to where its photo is, or to why it can never be had

MIN_CLASS_PHOTOS = 3  # one to learn from, one to watch with, one to test on
MANY_LABELS = 40
SHOWN_CHARACTERS = 60


def examine(
    table: Table, choice: Choice, find: Find, address: str = "", merge: Mapping[str, str] | None = None
) -> list[Finding]:
    """Looks for what would go wrong. Nothing is fetched.

    Args:
        table: as it was read.
        choice: what a person said of it.
        find: as `tables.photo_finder` makes one for cells with addresses.
        address: the link that the table came from, if it did.
        merge: labels to be renamed.

    Returns:
        What stops everything first, then what loses rows, then what is worth a look.

    Raises:
        ColumnNotFound: not the column that was chosen.
    """
    meant = table.meant(choice)
    if meant.image_column is None or meant.label_column is None:
        return without_columns(table, meant, address)
    items = merged(table.items(meant.image_column, meant.label_column, meant.part_column, meant.group_column), merge)
    places: dict[str, list[Item]] = {}  # rows by where their photo is
    lost: dict[str, list[Item]] = {}  # rows by why theirs can never be had
    known: dict[str, str | Failure] = {}
    for item in items:
        if item.source and item.label:
            if item.source not in known:
                known[item.source] = find(item.source)
            found = known[item.source]
            if isinstance(found, Failure):
                lost.setdefault(found.reason, []).append(item)
            else:
                places.setdefault(found, []).append(item)
    findings = [
        *empty_photo_cells(table, meant.image_column, address),
        *_no_label(items),
        *(_never(reason, rows) for reason, rows in lost.items()),
    ]
    if not places:
        findings = [replace(finding, severity="stops") for finding in findings]
    findings += _same_photo(places)
    by_label: dict[str, list[Item]] = {}
    for same in places.values():
        for label in {item.label for item in same}:  # the same photo twice under one label is one
            by_label.setdefault(label, []).extend(item for item in same if item.label == label)
    photos = {label: len({known[item.source] for item in rows}) for label, rows in by_label.items()}
    findings += about_labels(photos, {label: _rows(rows) for label, rows in by_label.items()})
    return findings + _odd_parts(table, meant.part_column)


def about_labels(photos: Mapping[str, int], rows: Mapping[str, tuple[int, ...]] | None = None) -> list[Finding]:
    """What is odd about labels: too few, too many, too rare, or the same one written in several ways.

    Args:
        photos: how many each label has.
        rows: where it stands, if in a table.
    """
    rows = rows or {}
    findings = []
    if len(photos) == 1:
        sentence = f"All photos have the label {quoted(photos)}. It takes at least two kinds of things to tell apart."
        findings.append(Finding("one_label", "look", sentence))
    if too_many(photos):
        sentence = f"There are {len(photos):,} different labels for {sum(photos.values()):,} photos."
        return [*findings, Finding("many_labels", "look", f"{sentence} Is that the right column?")]
    for offer in merges(photos):
        others = ", ".join(f"“{label}” ({photos[label]:,})" for label in offer.labels)
        sentence = f"“{offer.target}” ({photos[offer.target]:,}) is also written {others}. They can be made one."
        findings.append(Finding("labels_alike", "look", sentence, _joined(rows.get(each, ()) for each in offer.labels)))
    rare = sorted(
        (label for label in photos if photos[label] < MIN_CLASS_PHOTOS), key=lambda each: (photos[each], each)
    )
    if rare:
        have = "has only one photo or two" if len(rare) == 1 else "have only one photo or two each"
        sentence = (
            f"{quoted(rare)} {have}, too few to learn from. It takes at least {MIN_CLASS_PHOTOS} of each, and about "
            "twenty are a start."
        )
        findings.append(Finding("rare_label", "look", sentence, _joined(rows.get(label, ()) for label in rare)))
    return findings


def too_many(photos: Mapping[str, int]) -> bool:
    """Whether labels seem to be none: so many for so few photos."""
    return len(photos) > max(MANY_LABELS, sum(photos.values()) // 4)


def _no_label(items: Iterable[Item]) -> list[Finding]:
    rows = _rows(item for item in items if item.source and not item.label)
    sentence = f"{rows_have(rows)} a photo but no label. Write what it shows."
    return [Finding("no_label", "loses rows", sentence, rows)] if rows else []


def _never(reason: str, items: list[Item]) -> Finding:
    """Addresses that can never be fetched, and cells that hold none."""
    example = items[0].source
    shown = example if len(example) <= SHOWN_CHARACTERS else f"{example[:SHOWN_CHARACTERS]}…"
    sentence = f"{rows_have(_rows(items))} no photo that can be had, as “{shown}”. {reason}"
    return Finding("never_fetched", "loses rows", sentence, _rows(items))


def _same_photo(places: Mapping[str, list[Item]]) -> list[Finding]:
    again: list[Item] = []  # an earlier row has the same photo under the same label
    torn: list[list[Item]] = []  # one photo under several labels
    for same in places.values():
        if len(same) > 1:
            first = {item.label: item.row for item in reversed(same)}
            again += [item for item in same if item.row != first[item.label]]
            torn += [same] if len(first) > 1 else []
    findings = []
    if torn:
        sentence = f"{'One photo has' if len(torn) == 1 else f'{len(torn):,} photos have'} more than one label"
        labels = quoted(dict.fromkeys(item.label for item in torn[0]))
        where = f" in {said_rows(_rows(torn[0]))}" if len(torn) > 1 else ""
        sentence += f", as {labels}{where}. Leave the right one."
        findings.append(Finding("contradiction", "look", sentence, _rows(item for same in torn for item in same)))
    if again:
        sentence = f"{rows_have(_rows(again))} a photo and label that an earlier row has. It is kept once."
        findings.append(Finding("duplicate", "look", sentence, _rows(again)))
    return findings


def _odd_parts(table: Table, column: str | None) -> list[Finding]:
    if not column:
        return []
    said = {cell: part_named(cell) for cell in table.rows[column].unique()}
    odd = [cell for cell, part in said.items() if cell.strip() and part is None]
    if not odd:
        return []
    rows = tuple(int(row) for row in table.rows.index[table.rows[column].isin(odd)])
    sentence = (
        f"Column “{column}” says {quoted(odd)} where train, validation or test may stand. Photos of such rows go where "
        "the rest of their group is, or else to training."
    )
    return [Finding("odd_part", "look", sentence, rows)]


def _rows(items: Iterable[Item]) -> tuple[int, ...]:
    return tuple(sorted(item.row for item in items))


def _joined(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted(row for some in rows for row in some))
