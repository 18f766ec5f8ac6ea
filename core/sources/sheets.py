"""A table of photos: its header found, its columns guessed and chosen, its rows as items."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from core.errors import ColumnNotFound, TableEmpty
from core.sources.cells import Rows, read_grid
from core.sources.choice import Choice
from core.sources.columns import guess_group_column, guess_image_column, guess_label_column, guess_part_column
from core.sources.headers import framed
from core.sources.items import Item
from core.sources.labels import tidy
from core.sources.parts import part_named


@dataclass(frozen=True)
class TableSurvey:
    """A quick look at a table, before a dataset is made of it."""

    rows: int
    classes: dict[str, int]  # rows by label, sorted by label
    parts: dict[str, int]  # rows by train, validation, test
    odd_parts: dict[str, int]  # rows by what the part column says that names no part: those rows have none
    groups: int  # 0 if no column says what belongs together


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was read."""

    name: str
    columns: list[str]
    rows: pd.DataFrame  # text, '' for empty; no blank rows; the index is the sheet's own row number
    image_column: str | None  # guessed
    label_column: str | None  # guessed
    part_column: str | None = None  # guessed
    group_column: str | None = None  # guessed
    header_row: int | None = None  # the sheet's own number; what stands above is no row; None if there is no header
    sheets: tuple[str, ...] = ()  # of an Excel file, without the hidden ones
    sheet: str | None = None  # the one that was read
    lines: Rows = field(default_factory=list)  # every row of the sheet, blank ones and those above the header too

    def meant(self, choice: Choice) -> Choice:
        """The columns to be taken: those chosen, or else guessed; None is missing, "" is none.

        Raises:
            ColumnNotFound: not the column that was chosen.
        """
        image = self.image_column if choice.image_column is None else self.column(choice.image_column)
        label = self.label_column if choice.label_column is None else self.column(choice.label_column)
        part = self._optional(choice.part_column, self.part_column, image, label) or ""
        group = self._optional(choice.group_column, self.group_column, image, label) or ""
        return Choice(image, label, part, group, self.sheet)

    def items(
        self,
        image_column: str | None = None,
        label_column: str | None = None,
        part_column: str | None = None,
        group_column: str | None = None,
    ) -> list[Item]:
        """One item for each row.

        Args:
            image_column: where the photos are; None takes the guess.
            label_column: where the labels are; None takes the guess.
            part_column: where it says train, validation or test; None takes the guess, "" none.
            group_column: where it says which photos belong together, as of one article; None takes the guess, "" none.

        Raises:
            ColumnNotFound: no such column, or none was named and none could be guessed.
        """
        image = self._required(image_column, self.image_column, "photo addresses (they begin with http)")
        label = self._required(label_column, self.label_column, "labels (a few words that come back)")
        part = self._optional(part_column, self.part_column, image, label)
        group = self._optional(group_column, self.group_column, image, label)
        none = [""] * len(self.rows)
        cells = zip(
            self.rows.index,
            self.rows[image],
            self.rows[label],
            none if part is None else self.rows[part],
            none if group is None else self.rows[group],
            strict=True,
        )
        return [
            Item(int(row), source, tidy(name), part_named(part_cell), tidy(group_cell) or None)
            for row, source, name, part_cell, group_cell in cells
        ]

    def survey(
        self,
        image_column: str | None = None,
        label_column: str | None = None,
        part_column: str | None = None,
        group_column: str | None = None,
    ) -> TableSurvey:
        """Counts what the rows say, as far as the columns for it are there. Takes as `items`.

        Raises:
            ColumnNotFound: not the column that was named.
        """
        meant = self.meant(Choice(image_column, label_column, part_column, group_column))
        labels = Counter(map(tidy, self._cells(meant.label_column)))
        said = Counter(cell.strip() for cell in self._cells(meant.part_column))
        parts: Counter[str] = Counter()
        for cell, rows in said.items():
            parts[part_named(cell) or ""] += rows
        return TableSurvey(
            rows=len(self.rows),
            classes={label: labels[label] for label in sorted(labels) if label},
            parts={part: rows for part, rows in parts.items() if part},
            odd_parts={each: rows for each, rows in said.items() if each and part_named(each) is None},
            groups=len({tidy(cell) for cell in self._cells(meant.group_column)} - {""}),
        )

    def with_photos_in(self, image_column: str) -> "Table":
        """The same table with another guess of where the photos are, and so of the rest."""
        return replace(self, **_guesses(self.rows, image_column))

    def column(self, wanted: str) -> str:
        """A column by its name in any case.

        Raises:
            ColumnNotFound: there is none.
        """
        for column in self.columns:
            if column == wanted or column.casefold() == wanted.strip().casefold():
                return column
        raise ColumnNotFound(f"This table has no column “{wanted}”. There are: {self._there()}")

    def _required(self, wanted: str | None, guessed: str | None, what: str) -> str:
        if wanted is not None:
            return self.column(wanted)
        if guessed is None:
            raise ColumnNotFound(
                f"No column of this table looks like {what}. Name it yourself. There are: {self._there()}"
            )
        return guessed

    def _optional(self, wanted: str | None, guessed: str | None, *taken: str | None) -> str | None:
        if wanted is None:
            return None if guessed in taken else guessed
        return self.column(wanted) if wanted else None

    def _cells(self, column: str | None) -> list[str]:
        return list(self.rows[column]) if column else []

    def _there(self) -> str:
        return ", ".join(f"“{column}”" for column in self.columns)


def parse_table(name: str, content: bytes, paths_allowed: bool, sheet: str | None = None, received: str = "") -> Table:
    """Makes a table of the bytes of a file.

    Args:
        paths_allowed: whether a photo may be named by its file, not only by its address.
        sheet: of an Excel file, the one to read; None takes the first.
        received: what to call the file in an error; its name if there is nothing better.

    Raises:
        TableUnreadable: what is there is no table.
        TableEmpty: it has no rows under its header.
        SheetNotFound: no sheet of that name, or a file that has none.
    """
    received = received or name
    if not content.strip():
        raise TableEmpty(f"This table is empty. It takes a header and a row for each photo. Received: {received}")
    grid = read_grid(content, sheet)
    rows, header_row = framed(grid.rows)
    if rows.empty:
        others = ", ".join(f"“{each}”" for each in grid.sheets if each != grid.sheet)
        raise TableEmpty(
            "This table has a header at most. It takes one row for each photo, with its address and its label. "
            + (f"This is the sheet “{grid.sheet}”; the file has others to choose: {others}. " if others else "")
            + f"Received: {received}",
            grid.sheets if others else (),
        )
    guesses = _guesses(rows, guess_image_column(rows, paths_allowed))
    return Table(
        name,
        list(rows.columns),
        rows,
        header_row=header_row,
        sheets=grid.sheets,
        sheet=grid.sheet,
        lines=grid.rows,
        **guesses,
    )


def table_of(name: str, rows: pd.DataFrame, paths_allowed: bool, header_row: int | None = None) -> Table:
    """A table of rows that are text already, '' for empty, indexed by their numbers, with its columns guessed."""
    guesses = _guesses(rows, guess_image_column(rows, paths_allowed))
    return Table(name, list(rows.columns), rows, header_row=header_row, **guesses)


def _guesses(rows: pd.DataFrame, image_column: str | None) -> dict[str, Any]:
    """The guessed columns, as `Table` has them."""
    part_column = guess_part_column(rows, image_column)
    group_column = guess_group_column(rows, image_column, part_column)
    return {
        "image_column": image_column,
        "label_column": guess_label_column(rows, image_column, part_column, group_column),
        "part_column": part_column,
        "group_column": group_column,
    }
