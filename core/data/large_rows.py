"""The rows of a dataset of millions, read from its files as they are asked for. See `core.data.rows` for each method.

DuckDB reads no more of a Parquet file than the columns and the row groups that a question is about.
"""

import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
from pyarrow.parquet import ParquetFile, read_schema

from core.data.mend_layer import MENDED_COLUMNS
from core.data.split import PARTS
from core.data.store import MANIFEST_COLUMNS, Dataset
from core.errors import DatasetDamaged

MEMORY = "256MB"  # that the engine may hold
AT_ONCE = 65_536  # hashes
GALLERY = """
CREATE TEMP VIEW gallery AS
SELECT file_row_number AS place, position, content_hash, label, part FROM read_parquet({file}, file_row_number = true)
"""
MANIFEST = """
CREATE TEMP VIEW manifest AS
SELECT (file_index * {part_rows} + file_row_number)::BIGINT AS position, * EXCLUDE (file_row_number)
FROM read_parquet({files}, file_row_number = true)
"""
# As the gallery shows them, mended: `place` is that in its file, so that nothing moves when a photo is renamed.
SHOWN = """
CREATE TEMP VIEW shown AS
SELECT place, position, content_hash, coalesce(m.label, g.label) AS label, coalesce(m.part, g.part) AS part
FROM gallery AS g LEFT JOIN mends AS m USING (position) WHERE m.gone IS NOT TRUE
"""
SHOWN_AS_MADE = "CREATE TEMP VIEW shown AS FROM gallery"  # nothing to be joined: that is ten times as fast
# The places are found by their short columns first: hashes are read of those alone that are asked for.
PAGE = """
SELECT position, content_hash, label, part FROM shown WHERE place IN (
    SELECT place FROM shown WHERE ($label IS NULL OR label = $label) AND ($part IS NULL OR part = $part)
    ORDER BY place LIMIT $number OFFSET $start
) ORDER BY place
"""
ITS = "SELECT place, label FROM shown WHERE position = $position"
BEFORE = "SELECT count(*) AS photos FROM shown WHERE place < $place AND ($label IS NULL OR label = $label)"
COUNTS = "SELECT label, part, count(*) AS photos FROM gallery GROUP BY ALL"
NAMED = "SELECT position FROM shown WHERE label IN (SELECT unnest($labels)) ORDER BY position"
HOLDING = "SELECT position FROM manifest WHERE content_hash IN (SELECT unnest($hashes)) ORDER BY position"
SAMPLE = """
SELECT position, content_hash, label, width, height, status, reason, part
FROM manifest WHERE status = 'ok' AND position % $step = 0 ORDER BY position
"""
ASIDE = """
SELECT position, "row", source, label, status, reason FROM manifest WHERE status <> 'ok' ORDER BY position LIMIT $most
"""
POSITION = 'SELECT position FROM manifest WHERE "row" = $row ORDER BY position LIMIT 1'
HASHES = "SELECT content_hash FROM shown WHERE $part IS NULL OR part = $part"
MEGAPIXELS = "SELECT avg(width * height) / 1e6 AS mean FROM manifest WHERE width > 0 AND height > 0"


class LargeRows:
    """As `core.data.rows.Rows`; each question is one look at the files."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._asking = threading.Lock()  # one connection for all visitors

    def at(self, positions: Sequence[int], columns: Sequence[str], mended: bool = True) -> pd.DataFrame:
        asked = [*dict.fromkeys(int(position) for position in positions if 0 <= position < self._dataset.rows)]
        wanted = [*dict.fromkeys([*columns, *MENDED_COLUMNS])] if mended else [*columns]
        with self._whole():
            found = [
                _taken(self._part(number), [position % self._part_rows for position in of_part], wanted)
                for number, of_part in groupby(sorted(asked), lambda position: position // self._part_rows)
            ]
        if len(found) > 1:
            pyarrow.default_memory_pool().release_unused()  # of a million rows the pool would keep 50 MB
        rows = pd.concat(found) if found else pd.DataFrame(columns=wanted)
        rows = rows.astype({name: MANIFEST_COLUMNS[name] for name in wanted}).set_axis(sorted(asked)).loc[asked]
        return self._dataset.mends.among(asked).applied(rows)[[*columns]] if mended else rows

    def number(self, label: str | None = None, part: str | None = None) -> int:
        counted = self.counts() if label is None else self.counts().reindex([label], fill_value=0)
        return int(counted[[*PARTS] if part is None else [part]].to_numpy().sum())

    def page(self, start: int, stop: int, label: str | None = None, part: str | None = None) -> pd.DataFrame:
        found = self._asked(PAGE, label=label, part=part, start=start, number=max(0, stop - start))
        return found.astype({name: MANIFEST_COLUMNS[name] for name in ("content_hash", "label", "part")})

    def place(self, position: int, label: str | None = None) -> int | None:
        its = self._asked(ITS, position=position)
        if its.empty or label not in (None, its["label"].iat[0]):
            return None
        return int(self._asked(BEFORE, place=int(its["place"].iat[0]), label=label)["photos"].iat[0])

    def counts(self) -> pd.DataFrame:
        return self._counts

    def named(self, labels: Sequence[str]) -> list[int]:
        return [int(each) for each in self._asked(NAMED, labels=[*labels])["position"]]

    def holding(self, content_hashes: Sequence[str]) -> list[int]:
        return [int(each) for each in self._asked(HOLDING, hashes=[*content_hashes])["position"]]

    def sample(self, most: int) -> pd.DataFrame:
        found = self._asked(SAMPLE, step=max(1, self._dataset.rows // most)).set_index("position")
        found = self._dataset.mends.among(found.index).applied(found)
        return found.loc[found["status"] == "ok", ["content_hash", "label", "width", "height"]]

    def aside(self, most: int) -> pd.DataFrame:
        found = self._asked(ASIDE, most=most).set_index("position")
        return found.astype({name: MANIFEST_COLUMNS[name] for name in found})

    def position_of(self, row: int) -> int | None:
        found = self._asked(POSITION, row=row)["position"]
        return int(found.iat[0]) if len(found) else None

    def hashes(self, part: str | None = None) -> Iterator[list[str]]:
        for batch in self._connected().sql(HASHES, params={"part": part}).to_arrow_reader(AT_ONCE):
            yield batch.column(0).to_pylist()

    def megapixels(self) -> float:
        return float(self._asked(MEGAPIXELS)["mean"].iat[0])

    @cached_property
    def _counts(self) -> pd.DataFrame:
        counted = self._asked(COUNTS)
        photos = dict(zip(zip(counted["label"], counted["part"], strict=True), counted["photos"], strict=True))
        for mend in self._dataset.mends.photos.values():
            photos[mend.was, mend.part] -= 1
            if mend.label is not None:
                photos[mend.label, mend.now] = photos.get((mend.label, mend.now), 0) + 1
        table = pd.Series(photos, dtype="int64").rename_axis(["label", "part"])
        return table[table > 0].unstack(fill_value=0).reindex(columns=[*PARTS], fill_value=0).sort_index()

    @cached_property
    def _part_rows(self) -> int:
        """Of each part but the last."""
        return int(ParquetFile(self._part(0)).metadata.num_rows)

    def _part(self, number: int) -> Path:
        return self._dataset.manifest_dir / f"{number:06}.parquet"

    def _asked(self, question: str, **asked: Any) -> pd.DataFrame:
        with self._asking, self._whole():
            return self._connection.sql(question, params=asked).to_arrow_table().to_pandas()

    @cached_property
    def _connection(self) -> Any:
        return self._connected()

    def _connected(self) -> Any:
        """A connection that sees the files as `gallery` and `manifest`, and as `shown` the gallery with all mends."""
        connection = _engine().cursor()
        parts = self._dataset.manifest_dir / "*.parquet"
        connection.execute(GALLERY.format(file=_quoted(self._dataset.gallery_path)))  # a view takes no parameters
        connection.execute(MANIFEST.format(files=_quoted(parts), part_rows=self._part_rows))
        if mends := [*self._dataset.mends.photos.values()]:
            table = {
                "position": pyarrow.array([mend.position for mend in mends], pyarrow.int64()),
                "label": pyarrow.array([mend.label for mend in mends], pyarrow.string()),
                "part": pyarrow.array([mend.moved for mend in mends], pyarrow.string()),
                "gone": pyarrow.array([mend.label is None for mend in mends], pyarrow.bool_()),
            }
            connection.register("mends", pyarrow.table(table))
        connection.execute(SHOWN if mends else SHOWN_AS_MADE)
        return connection

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Says what is wrong where a file is damaged or gone."""
        import duckdb

        try:
            yield
        except (duckdb.IOException, duckdb.InvalidInputException, OSError, pyarrow.ArrowException) as error:
            name = self._dataset.name
            raise DatasetDamaged(f"The manifest of {name} is damaged or gone. Make the dataset again.") from error


def holding(path: Path, column: str, values: Sequence[str]) -> pd.DataFrame:
    """The rows of a table that pandas has written, with that column as index, whose index is one of some values.

    Raises:
        OSError, ValueError: the file is gone or damaged.
    """
    import duckdb

    about = read_schema(path).pandas_metadata or {}
    question = f'SELECT * FROM read_parquet($path) WHERE "{column}" IN (SELECT unnest($values))'  # noqa: S608
    try:
        asked = _engine().cursor().sql(question, params={"path": str(path), "values": [*values]})
        found: pd.DataFrame = asked.to_arrow_table().to_pandas().set_index(column)
    except duckdb.Error as error:
        raise ValueError(str(error)) from error
    found.attrs = about.get("attributes", {})
    return found


@lru_cache(maxsize=1)
def _engine() -> Any:
    """In memory, one for the process; it is loaded once somebody opens a large dataset."""
    import duckdb

    return duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(Path(tempfile.gettempdir(), "fitting-room-rows")),
            "threads": min(2, os.cpu_count() or 1),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def _quoted(path: Path) -> str:
    escaped = str(path).replace("'", "''")
    return f"'{escaped}'"


def _taken(path: Path, places: Sequence[int], columns: Sequence[str]) -> pd.DataFrame:
    """Rows of one part, of which only the row groups are read that they are in.

    Args:
        path: of the part.
        places: in it, ascending.
        columns: those to read.
    """
    file = ParquetFile(path)
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    ends = np.cumsum(sizes)
    of_group = np.searchsorted(ends, places, side="right")
    groups = sorted({*of_group.tolist()})
    before = dict(zip(groups, np.cumsum([0, *(sizes[group] for group in groups[:-1])]), strict=True))
    rows = file.read_row_groups(groups, columns=[*columns])
    within = [
        place - (ends[group] - sizes[group]) + before[group] for place, group in zip(places, of_group, strict=True)
    ]
    return rows.take(within).select([*columns]).to_pandas(ignore_metadata=True)
