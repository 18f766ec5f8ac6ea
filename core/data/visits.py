"""What each photo's host said when it was last asked: by that one can ask later whether the photo is still the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.sources.items import Version

FILE = "visits.parquet"


@dataclass(frozen=True)
class Visit:
    """One address, as it was last seen."""

    version: Version
    trouble: str = ""  # why it gives no photo any more; that of an earlier day is kept


def write(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keeps what was heard of good rows in a dataset's folder; writes nothing if nothing was."""
    columns = ["row", "etag", "last_modified", "length", "trouble"]
    heard = [row for row in rows if row["status"] == "ok" and "etag" in row]
    if heard:
        frame = pd.DataFrame(heard, columns=columns)
        frame = frame.astype({"etag": "string", "last_modified": "string", "length": "Int64", "trouble": "string"})
        aside = folder / f".{FILE}"
        frame.to_parquet(aside, index=False)
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
