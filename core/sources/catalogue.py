"""A catalogue: a table of this machine that is too large to be held, read in order and a piece at a time.

It is a Parquet file, a folder of them, or a CSV or TSV file of more than `MAX_TABLE_BYTES`. Columns are guessed from
its first rows as those of any table; the numbers of its rows are those that a smaller table would have.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import ColumnNotFound, NotFound, TableEmpty, TableUnreadable
from core.settings import MAX_TABLE_BYTES
from core.sources.cells import rows_of_file
from core.sources.choice import Choice
from core.sources.columns import SAMPLE_ROWS
from core.sources.fetching import Limits
from core.sources.headers import Frame, frame_of
from core.sources.items import Heard, Item, Keep, Stop
from core.sources.labels import merged, tidy
from core.sources.parts import part_named
from core.sources.sheets import Table, table_of
from core.sources.tables import deliver_rows

if TYPE_CHECKING:
    import pyarrow as pa

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
ROWS_AT_ONCE = 10_000
Batch = tuple[list[int], list[list[str]]]  # numbers of rows; of each column asked for the cells, stripped, '' for empty


def is_catalogue(path: Path) -> bool:
    """Whether a file or a folder of this machine is read as a catalogue."""
    if path.is_dir():
        return any(path.glob("*.parquet"))
    suffix = path.suffix.lower()
    return suffix == ".parquet" or (suffix in TEXT_SUFFIXES and path.stat().st_size > MAX_TABLE_BYTES)


class Catalogue:
    """The rows of a catalogue."""

    def __init__(self, path: Path, choice: Choice | None = None, paths_allowed: bool = True) -> None:
        """Opens nothing yet.

        Args:
            path: of the file or the folder.
            choice: what a person said of its columns.
            paths_allowed: whether a photo may be named by its file, not only by its address.
        """
        self.path = path
        self.choice = choice or Choice()
        self.paths_allowed = paths_allowed
        self.base_dir = path if path.is_dir() else path.parent  # where the photos lie that are named by their files
        self._is_text = path.suffix.lower() in TEXT_SUFFIXES and not path.is_dir()

    @property
    def num_rows(self) -> int | None:
        """How many rows there are; None of text, where nobody knows before it is read.

        Raises:
            NotFound, TableUnreadable: as `head`.
        """
        return None if self._is_text else sum(file.metadata.num_rows for file in self._parquet_files())

    @cached_property
    def head(self) -> Table:
        """The first rows, `SAMPLE_ROWS` at most, as a table with its columns guessed.

        Raises:
            NotFound: it is not there.
            TableUnreadable: it is damaged, or no table.
            TableEmpty: it has no rows.
        """
        if self._is_text:
            columns, header_row = list(self._frame.places), self._frame.header_row
        else:
            columns, header_row = self._parquet_columns(), None
        numbers, cells = next(self._read(columns, SAMPLE_ROWS), ([], []))
        if not numbers:
            raise TableEmpty(f"This table has no rows. It takes one for each photo. Received: {self.path}")
        rows = pd.DataFrame(dict(zip(columns, cells, strict=True)), index=pd.Index(numbers, name="row"), dtype=str)
        return table_of(self.path.stem, rows, self.paths_allowed, header_row)

    def meant(self) -> Choice:
        """The columns to be taken; "" is none.

        Raises:
            ColumnNotFound: not one that was chosen, or none of photos or of labels was chosen or can be guessed.
            NotFound, TableUnreadable, TableEmpty: as `head`.
        """
        self.head.items(*(getattr(self.choice, f"{what}_column") for what in ("image", "label", "part", "group")))
        return self.head.meant(self.choice)

    def batches(self, columns: Sequence[str], rows_each: int = ROWS_AT_ONCE) -> Iterator[Batch]:
        """All rows in order, so many at a time; blank ones and what stands above the header are none.

        Raises:
            NotFound, TableUnreadable, TableEmpty: as `head`.
        """
        return self._read([self.head.column(column) for column in columns], rows_each)

    def _read(self, columns: Sequence[str], rows_each: int) -> Iterator[Batch]:
        return self._text_batches(columns, rows_each) if self._is_text else self._parquet_batches(columns, rows_each)

    @cached_property
    def _frame(self) -> Frame:
        if not self.path.is_file():
            raise NotFound(f"There is no file of that name. Received: {self.path}")
        frame = frame_of(list(islice(rows_of_file(self.path), SAMPLE_ROWS)))
        if frame is None:
            raise TableEmpty(f"This table begins with {SAMPLE_ROWS:,} blank rows. Received: {self.path}")
        return frame

    def _text_batches(self, columns: Sequence[str], rows_each: int) -> Iterator[Batch]:
        first, places = self._frame.first_row, [self._frame.places[column] for column in columns]
        numbered = enumerate(rows_of_file(self.path), start=1)
        rows = ((number, row) for number, row in numbered if number >= first and any(row))
        while batch := list(islice(rows, rows_each)):
            cells = [[row[place] if place < len(row) else "" for _, row in batch] for place in places]
            yield [number for number, _ in batch], cells

    def _parquet_columns(self) -> list[str]:
        """Those whose cells can be text, of the first file: lists, records and bytes are none."""
        import pyarrow.types as kinds

        schema = next(self._parquet_files()).schema_arrow
        kept = [field.name for field in schema if not (kinds.is_nested(field.type) or kinds.is_binary(field.type))]
        if not kept:
            raise ColumnNotFound(f"This table has no column of text or numbers. Received: {self.path}")
        return kept

    def _parquet_batches(self, columns: Sequence[str], rows_each: int) -> Iterator[Batch]:
        import pyarrow as pa

        number = 0
        for file in self._parquet_files():
            try:
                for batch in file.iter_batches(rows_each, columns=list(columns)):
                    cells = [_texts(batch.column(batch.schema.get_field_index(column))) for column in columns]
                    yield list(range(number + 1, number + 1 + batch.num_rows)), cells
                    number += batch.num_rows
            except (pa.ArrowException, OSError, KeyError) as error:
                raise TableUnreadable(
                    f"This Parquet file is damaged, or has other columns than the first. Received: {self.path}"
                ) from error

    def _parquet_files(self) -> Iterator[Any]:
        """One after the other, each open until the next is asked for."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for path in sorted(self.path.glob("*.parquet")) if self.path.is_dir() else [self.path]:
            try:
                file = pq.ParquetFile(path)
            except FileNotFoundError as error:
                raise NotFound(f"There is no file of that name. Received: {path}") from error
            except (pa.ArrowException, OSError) as error:
                raise TableUnreadable(f"This is no Parquet file, or it is damaged. Received: {path}") from error
            with file:
                yield file


class CatalogueSource:
    """The photos of a catalogue's rows."""

    def __init__(
        self,
        path: Path,
        choice: Choice | None = None,
        merge: Mapping[str, str] | None = None,
        heard: Heard | None = None,
        share: float | None = None,
    ) -> None:
        self.catalogue = Catalogue(path, choice)
        self.merge = merge  # labels to be renamed
        self.heard = heard
        self.share = share  # of what may be asked of a host; None: all of it

    def items(self) -> list[Item]:
        """Every row, all of them in memory: `batches` needs less. Raises as `Catalogue.meant`."""
        return [item for batch in self.batches() for item in batch]

    def batches(self, rows_each: int = ROWS_AT_ONCE) -> Iterator[list[Item]]:
        """Every row, so many at a time. Raises as `Catalogue.meant`."""
        meant = self.catalogue.meant()
        named = [column for column in (meant.image_column, meant.label_column) if column]
        more = [column for column in (meant.part_column, meant.group_column) if column]
        for numbers, (sources, labels, *others) in self.catalogue.batches([*named, *more], rows_each):
            none = [""] * len(numbers)
            parts = others.pop(0) if meant.part_column else none
            groups = others.pop(0) if meant.group_column else none
            rows = zip(numbers, sources, labels, parts, groups, strict=True)
            items = [
                Item(number, source, tidy(label), part_named(part), tidy(group) or None)
                for number, source, label, part, group in rows
            ]
            yield merged(items, self.merge)

    def labels(self) -> Counter[str]:
        """Rows by label, as they are written. Raises as `Catalogue.meant`."""
        column = self.catalogue.meant().label_column or ""
        counts = Counter(tidy(cell) for _, [cells] in self.catalogue.batches([column]) for cell in cells)
        del counts[""]
        return counts

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """As `deliver_rows`."""
        deliver_rows(items, keep, stop, self.catalogue.base_dir, Limits(share=self.share or 1.0), self.heard)


def _texts(column: "pa.Array[Any]") -> list[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.fill_null(column.cast(pa.string()), "").to_pylist()
    return [text.strip() for text in texts]
