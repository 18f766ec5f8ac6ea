"""The page of a dataset of a million rows: how fast it opens and turns in a fresh server, and what that server holds.

python -m benchmarks.million [ROWS]
"""

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import numpy as np
import pandas as pd

from benchmarks.dataset_page import NAMED, PICTURES
from benchmarks.places import machine, spread, unpacked_photos
from benchmarks.server import Visitor, resident_mb, web_server

PORT = 8787
CLASSES = 200
PAGES = 20  # of the gallery, each opened once
A_PAGE = 24


def laid_out(home: Path, rows: int) -> str:
    """Lays a finished large dataset on the disk; photos only behind what is opened (`photographed`). Returns its id."""
    from core.data.finishing import finish
    from core.files import write_json

    folder = home / "datasets" / "a-million"
    source = {"kind": "table", "address": "https://photos.example/table.csv"}
    write_json(folder / "dataset.json", {"name": "A million", "source": source, "created_at": time.time()})
    counted = pd.concat([part[["status", "content_hash", "label", "part"]] for part in _parts(rows)])
    finish(folder, counted, whole=_parts(rows))
    return folder.name


def photographed(dataset_id: str) -> dict[str, list[str]]:
    """Puts real photos behind those that will be opened; returns the addresses that open them, by what is asked."""
    from core.data.rows import rows_of
    from core.data.store import load_dataset

    dataset, address = load_dataset(dataset_id), f"dataset={dataset_id}"
    rows, every = rows_of(dataset), unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    files, classes = sorted(every.glob("*/*.jpg"))[::10][:PICTURES], sorted(dataset.classes, key=dataset.classes.get)
    last = rows.number() // A_PAGE
    pages = [last * number // PAGES for number in range(1, PAGES + 1)]
    shown = [rows.page(A_PAGE * (page - 1), A_PAGE * page) for page in (1, *pages)]
    shown += [rows.page(A_PAGE, 2 * A_PAGE, label) for label in classes[-10:]]
    opened = rows.page(rows.number() // 2, rows.number() // 2 + PAGES)
    for number, content_hash in enumerate(pd.concat([*shown, opened])["content_hash"]):
        path = dataset.photo_path(content_hash)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[number % len(files)].read_bytes())
    return {
        "first": [address],
        "again": [address] * PAGES,
        "turned": [f"{address}&page={page}" for page in pages],
        "of a class": [f"{address}&class={label}&page=2" for label in classes[-10:]],
        "photo": [f"{address}&photo={position}" for position in opened["position"]],
    }


def _parts(rows: int) -> Iterator[pd.DataFrame]:
    from core.data.store import MANIFEST_COLUMNS, PART_ROWS

    for start in range(0, rows, PART_ROWS):
        numbers = np.arange(start, min(rows, start + PART_ROWS))
        random, good = np.random.default_rng([7, start]), numbers % 1000 != 0
        hashes = [hashlib.sha256(str(row).encode()).hexdigest() for row in numbers]
        table = {
            "row": numbers + 2,
            "source": [f"https://photos.example/{row:07}.jpg" for row in numbers],
            "label": [NAMED.format(number) for number in random.zipf(1.3, len(numbers)) % CLASSES],
            "status": np.where(good, "ok", "unreachable"),
            "reason": np.where(good, None, "The host did not answer."),
            "content_hash": np.where(good, hashes, None),
            "perceptual_hash": np.where(good, [each[:16] for each in hashes], None),
            "width": random.integers(300, 1200, len(numbers)),
            "height": random.integers(300, 1200, len(numbers)),
            "bytes": 40_000,
            "group": hashes,
            "part": np.where(
                good, random.choice(["train", "validation", "test"], len(numbers), p=[0.64, 0.16, 0.2]), None
            ),
        }
        yield pd.DataFrame(table, index=numbers).astype(MANIFEST_COLUMNS)


async def visited(asked: dict[str, list[str]]) -> dict[str, list[float]]:
    """Opens the pages, each as a visitor of its own; returns milliseconds by what was asked."""
    async with aiohttp.ClientSession() as session:

        async def visit(page: str, query: str) -> float:
            stream = f"ws://127.0.0.1:{PORT}/_stcore/stream"
            async with session.ws_connect(stream, protocols=("streamlit",), max_msg_size=0) as socket:
                return 1000 * await Visitor(socket).react(page, query)

        await visit("train", "dataset=new")  # the server's own first steps, without this dataset
        return {what: [await visit("dataset", query) for query in queries] for what, queries in asked.items()}


def main(rows: int = 1_000_000) -> str:
    """Measures, and returns the section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(FITTING_ROOM_HOME=scratch, FITTING_ROOM_CHECK_BY_ITSELF="0")
        asked = photographed(laid_out(Path(scratch), rows))
        with web_server(PORT) as pid:
            took = asyncio.run(visited(asked))
            held_mb = resident_mb(pid)
    return (
        f"**The page of a million photos**: a dataset of {rows:,} rows in {CLASSES} classes ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| opened, the first time after the server's start | {took['first'][0]:.0f} ms |\n"
        f"| opened again, median (range) | {spread(took['again'], 0)} ms |\n"
        f"| the gallery turned to a page that nobody saw yet, median (range) | {spread(took['turned'], 0)} ms |\n"
        f"| the gallery of one class, median (range) | {spread(took['of a class'], 0)} ms |\n"
        f"| a photo opened, median (range) | {spread(took['photo'], 0)} ms |\n"
        f"| memory of the server afterwards | {held_mb:.0f} MB |\n"
    )


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
