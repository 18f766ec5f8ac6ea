"""The doctor's look at columns: which is missing, and why a column of photos may come empty or not at all."""

from dataclasses import replace

from core.sources.choice import Choice
from core.sources.columns import PHOTO_WORDS, is_photo_file, words_of
from core.sources.findings import Finding, quoted, rows_have
from core.sources.links import direct_address, is_link, is_sheet
from core.sources.sheets import Table


def without_columns(table: Table, meant: Choice, address: str) -> list[Finding]:
    """What to do about a table in which no column of photos, or none of labels, was chosen or guessed."""
    findings = []
    if meant.image_column is None:
        findings = _pasted(table, address) or [_no_photos(table, address)]
    if meant.label_column is None:
        sentence = "No column looks like labels: a few words that come back, one on each row. Choose it."
        findings.append(Finding("no_label_column", "stops", f"{sentence} There are: {quoted(table.columns, 20)}."))
    return findings


def empty_photo_cells(table: Table, column: str, address: str) -> list[Finding]:
    """Rows without an address; most of them, and they may show pictures that do not come along."""
    cells = table.rows[column]
    empty = tuple(int(row) for row in table.rows.index[cells == ""])
    if not empty:
        return []
    formulas = ", nor does =IMAGE()" if is_sheet(address) else ""
    if 2 * len(empty) <= len(cells):
        sentence = (
            f"{rows_have(empty)} no photo address. Pictures that are pasted into cells do not come along{formulas}."
        )
        return [Finding("no_address", "loses rows", sentence, empty)]
    sentence = (
        f"{len(empty):,} of {len(cells):,} cells in column “{column}” came empty. If you see pictures there, they are "
        f"pasted in: those do not come along{formulas}. Write the address of each photo into the cell, as text."
    )
    return [Finding("pasted_pictures", "loses rows", sentence, empty)]


def _pasted(table: Table, address: str) -> list[Finding]:
    """Columns that are headed like photos and hold hardly anything, though the rows do."""
    headed = [
        column for column in table.columns if {*words_of(column)} & {*PHOTO_WORDS, "images", "photos", "pictures"}
    ]
    findings = [finding for column in headed for finding in empty_photo_cells(table, column, address)]
    return [replace(finding, severity="stops") for finding in findings if finding.kind == "pasted_pictures"][:1]


def _no_photos(table: Table, address: str) -> Finding:
    """No column of addresses: another tab is meant, or the photos are files, or whatever it is."""
    others = [sheet for sheet in table.sheets if sheet != table.sheet]
    if not any(table.rows[column].map(is_link).any() for column in table.columns):
        files = next((column for column in table.columns if table.rows[column].map(is_photo_file).any()), None)
        if files is not None:
            sentence = (
                f"Column “{files}” holds names of files, and a table alone brings no files along. Put it and the "
                "photos into one ZIP and hand that over."
            )
            return Finding("file_names", "stops", sentence)
        if others:
            sentence = f"The sheet “{table.sheet}” holds no photo address. There are others: {quoted(others, 20)}."
            return Finding("wrong_tab", "stops", sentence)
        if is_sheet(address):
            which = "" if "gid=" in direct_address(address) else " The link names no tab, so the first was read."
            sentence = f"This tab holds no photo address.{which} Open the tab with the photos and copy the link there."
            return Finding("wrong_tab", "stops", sentence)
    sentence = "No column looks like photo addresses: they begin with https://. Choose it."
    return Finding("no_address_column", "stops", f"{sentence} There are: {quoted(table.columns, 20)}.")
