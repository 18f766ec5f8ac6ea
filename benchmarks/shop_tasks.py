"""What a shop with many photos has done with them, as plans of chunks: the very functions of the app."""

import time
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from core.spread import Plan, planned

DATASET, MODEL = "shop", "clothing-photos"
SIZE_PX = 100


def fetching(home: Path, host: str, photos: int, per_chunk: int | None = None) -> Plan:
    """The making of a dataset from a catalogue of links, in a workspace of its own: the plan of its chunks."""
    from core.data import rounds
    from core.files import write_json
    from core.sources.catalogue import CatalogueSource

    folder, catalogue = home / "datasets" / DATASET, home / "catalogue.parquet"
    folder.mkdir(parents=True)
    links = [f"{host}/{number}.jpg" for number in range(photos)]
    pd.DataFrame({"image": links, "label": [f"class {number % 20}" for number in range(photos)]}).to_parquet(catalogue)
    source = {"kind": "catalogue", "path": str(catalogue)}
    write_json(folder / "dataset.json", {"name": "Shop", "source": source, "created_at": time.time()})
    with patch.object(rounds, "ROWS_PER_CHUNK", per_chunk or rounds.ROWS_PER_CHUNK):
        rounds.begin(folder, CatalogueSource(catalogue).batches())
    [plan] = rounds.open_rounds(folder)
    return plan


def predicting(home: Path, photos: Path) -> Plan:
    """What `predict` does with a folder."""
    from core.model import asking_chunks
    from core.sources.bare_rows import list_rows, place_of

    places, folder = [place_of(str(photos))], home / "asking"
    listed = list_rows(folder, places, ["photos"])
    arguments = {"folder": str(folder), "model_id": MODEL, "digest": "", "places": places}
    return planned(folder, asking_chunks.TASK, arguments, listed.rows, asking_chunks.PER_CHUNK)


def pixels(home: Path, fetched: Plan) -> Plan:
    """What a training does first with the photos of the dataset that was fetched in this workspace."""
    import pyarrow.parquet as pq

    from core.data.pixels import CHUNK_BYTES

    tables = [pq.read_table(fetched.part(number), columns=["content_hash"]) for number in range(len(fetched))]
    hashes = [content_hash.hex() for table in tables for content_hash in table["content_hash"].to_pylist()]
    folder = home / "pixels"
    folder.mkdir()
    np.save(folder / "list.npy", np.array(hashes, dtype="S64"))
    arguments = {"dataset_id": DATASET, "size_px": SIZE_PX, "listed": str(folder / "list.npy")}
    return planned(folder, "core.data.pixels:read_chunk", arguments, len(hashes), CHUNK_BYTES // (3 * SIZE_PX**2), ".b")


def require_good(plan: Plan) -> None:
    """Photos that come to grief are quick, and no measure. Pixels would not be there at all."""
    import pyarrow.parquet as pq

    for number in range(len(plan)) if plan.suffix == ".parquet" else ():
        part = pq.read_table(plan.part(number))
        ok = part["status"].to_pylist().count("ok") if "status" in part.column_names else part["error"].null_count
        if ok != len(part):
            raise RuntimeError(f"Only {ok} of {len(part)} photos of a chunk are good: {part.slice(0, 1).to_pylist()}")
