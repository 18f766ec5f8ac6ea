"""What each photo's host said when it was last asked: by that one can ask later whether the photo is still the same."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.sources.items import Version

FILE = "visits.parquet"
COLUMNS = {"row": "int64", "etag": "string", "last_modified": "string", "length": "Int64", "trouble": "string"}


@dataclass(frozen=True)
class Visit:
    """One address, as it was last seen."""

    version: Version
    trouble: str = ""  # why it gives no photo any more; that of an earlier day is kept


def write(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keeps what was heard of good rows in a dataset's folder; writes nothing if nothing was."""
    heard = [row for row in rows if row["status"] == "ok" and "etag" in row]
    write_pieces(folder, [pd.DataFrame(heard, columns=[*COLUMNS])])


def write_pieces(folder: Path, pieces: Iterable[pd.DataFrame]) -> None:
    """As `write`, of rows of `COLUMNS` in pieces: no more than one is in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    aside = folder / f".{FILE}"
    with contextlib.ExitStack() as open_files:
        writer = None
        for piece in pieces:
            if len(piece):
                table = pa.Table.from_pandas(piece.astype(COLUMNS), preserve_index=False)
                writer = writer or open_files.enter_context(pq.ParquetWriter(aside, table.schema))
                writer.write_table(table)
    if writer is not None:
        aside.replace(folder / FILE)


def read(folder: Path) -> dict[int, Visit]:
    """What is known of a dataset's addresses, by row; of a row that is not in it nothing is."""
    path = folder / FILE
    if not path.exists():
        return {}
    frame = pd.read_parquet(path)
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in frame]
    return {
        int(row): Visit(Version(etag or "", modified or "", None if length is None else int(length)), trouble or "")
        for row, etag, modified, length, trouble in zip(*columns, strict=True)
    }
