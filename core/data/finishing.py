"""The end of a making: the manifest is written, and what can be counted of it; the dataset does not change again."""

import hashlib
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.gallery_order import gallery_order
from core.data.pixels import MADE_WITH_PX, let_go, pixels_path
from core.data.store import LARGE_ROWS, PART_ROWS, ROW_GROUP
from core.files import read_json, write_json

HASHED_AT_ONCE = 10_000  # lines of the fingerprint


def finish(
    folder: Path, manifest: pd.DataFrame, given: Collection[str] = (), whole: Iterable[pd.DataFrame] | None = None
) -> None:
    """Writes the manifest and the counts: from here on the dataset is finished and does not change.

    Args:
        folder: of the dataset; with `pixels`, if it is to have a gallery that begins with quiet pictures.
        manifest: every row, in the order of the source.
        given: the parts that the source gave.
        whole: the same in pieces, with all columns, where `manifest` has no more than what is counted here: status,
            content_hash, label and part.
    """
    pieces = [manifest] if whole is None else whole
    good = manifest.loc[manifest["status"] == "ok", ["content_hash", "label", "part"]]
    if len(manifest) > LARGE_ROWS:
        _write_parts(folder, pieces)
        _write_gallery(folder, good)
    else:
        aside = folder / ".manifest.parquet"
        pd.concat([*pieces], ignore_index=True).to_parquet(aside, index=False)
        aside.replace(folder / "manifest.parquet")
    facts = read_json(folder / "dataset.json")
    facts["counts"] = {
        "rows": len(manifest),
        "ok": len(good),
        "duplicates": int((manifest["status"] == "duplicate").sum()),
        "failed": int((~manifest["status"].isin(["ok", "duplicate"])).sum()),
    }
    facts["classes"] = {str(label): int(count) for label, count in good["label"].value_counts().sort_index().items()}
    facts["parts"] = {str(part): int(count) for part, count in good["part"].value_counts().items()}
    facts["given"] = sorted(given)
    facts["fingerprint"] = _fingerprint(good)
    write_json(folder / "dataset.json", facts)


def _write_parts(folder: Path, pieces: Iterable[pd.DataFrame]) -> None:
    aside = folder / ".manifest"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for number, part in enumerate(_of_size(pieces, PART_ROWS)):
        part.to_parquet(aside / f"{number:06d}.parquet", index=False, row_group_size=ROW_GROUP)
    shutil.rmtree(folder / "manifest", ignore_errors=True)
    aside.replace(folder / "manifest")


def _of_size(pieces: Iterable[pd.DataFrame], rows: int) -> Iterator[pd.DataFrame]:
    """The same rows in pieces of so many each, the last of fewer."""
    held: list[pd.DataFrame] = []
    for piece in pieces:
        held.append(piece)
        if sum(map(len, held)) >= rows:
            joined = pd.concat(held, ignore_index=True)
            whole = len(joined) // rows * rows
            yield from (joined.iloc[start : start + rows] for start in range(0, whole, rows))
            held = [joined.iloc[whole:]]
    if rest := sum(map(len, held)):
        yield pd.concat(held, ignore_index=True).iloc[-rest:]


def _write_gallery(folder: Path, good: pd.DataFrame) -> None:
    path = pixels_path(folder, MADE_WITH_PX)
    pixels = np.load(path, mmap_mode="r") if path.exists() else None
    order = gallery_order(good, pixels)
    if pixels is not None:
        let_go(pixels)
    aside = folder / ".gallery.parquet"
    order.to_parquet(aside, index=False, row_group_size=ROW_GROUP)
    aside.replace(folder / "gallery.parquet")


def _fingerprint(good: pd.DataFrame) -> str:
    """SHA-256 of a line a photo, in order: its hash, its label and its part."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = pa.array(good["content_hash"] + "\t" + good["label"] + "\t" + good["part"], pa.large_string())
    order = pc.sort_indices(lines)  # of UTF-8 as of its characters
    digest = hashlib.sha256()
    for start in range(0, len(lines), HASHED_AT_ONCE):
        ordered = lines.take(order[start : start + HASHED_AT_ONCE]).to_pylist()
        digest.update(("\n" * (start > 0) + "\n".join(ordered)).encode())
    return digest.hexdigest()
