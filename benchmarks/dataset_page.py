"""The page of a dataset of 100,000 photos: how fast it opens, how fast its gallery turns, what the server holds for it.

python -m benchmarks.dataset_page [PHOTOS]
"""

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import numpy as np
import pandas as pd

from benchmarks.places import machine, spread, unpacked_photos
from benchmarks.server import Visitor, resident_mb, web_server

PORT = 8757
CLASSES = 40
PICTURES = 300  # real photos, each of them there under many hashes: what is measured is the number of rows
PAGES = 20  # of the gallery, each opened once
NAMED = "clothes for the {}th drawer, as people name things"  # labels are long now and then


def laid_out(home: Path, photos: int) -> str:
    """Lays a finished dataset on the disk, with manifest, pixels, files and measures, unfetched; returns its id."""
    from core.data.finishing import finish
    from core.data.photo import to_pixels
    from core.data.pixels import MADE_WITH_PX, open_for_making
    from core.data.store import MANIFEST_COLUMNS, photo_path
    from core.files import write_json

    real = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    folder = home / "datasets" / "many-photos"
    files = sorted(real.glob("*/*.jpg"))[::10][:PICTURES]
    hashes = [hashlib.sha256(str(row).encode()).hexdigest() for row in range(photos)]
    pixels = open_for_making(folder, photos)
    small = np.stack([to_pixels(file.read_bytes(), MADE_WITH_PX) for file in files])
    for start in range(0, photos, 4096):
        pixels[start : start + 4096] = small[np.arange(start, min(photos, start + 4096)) % len(files)]
    kept = []
    for number, file in enumerate(files):
        kept.append(folder / f".{number}.jpg")
        kept[-1].write_bytes(file.read_bytes())
    for row, content_hash in enumerate(hashes):
        path = photo_path(folder, content_hash)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(kept[row % len(kept)])
    random = np.random.default_rng(7)
    table = {
        "row": range(2, photos + 2),
        "source": [f"https://photos.example/{row:06}.jpg" for row in range(photos)],
        "label": [NAMED.format(number) for number in random.zipf(1.3, photos) % CLASSES],
        "status": np.where(np.arange(photos) % 1000, "ok", "unreachable"),
        "reason": np.where(np.arange(photos) % 1000, None, "The host did not answer."),
        "content_hash": hashes,
        "perceptual_hash": [each[:16] for each in hashes],
        "width": random.integers(300, 1200, photos),
        "height": random.integers(300, 1200, photos),
        "bytes": 40_000,
        "group": hashes,
        "part": random.choice(["train", "validation", "test"], photos, p=[0.64, 0.16, 0.2]),
    }
    manifest = pd.DataFrame(table).astype(MANIFEST_COLUMNS)
    manifest.loc[manifest["status"] != "ok", ["content_hash", "perceptual_hash", "part"]] = None
    source = {"kind": "table", "address": "https://photos.example/table.csv"}
    write_json(folder / "dataset.json", {"name": "Many photos", "source": source, "created_at": time.time()})
    finish(folder, manifest)
    checked(folder.name, files)
    return folder.name


def checked(dataset_id: str, files: list[Path]) -> None:
    """Leaves what a check measures: of each picture once, and kept for all rows that show it."""
    from core.data.photo import decode
    from core.data.quality import measures
    from core.data.store import load_dataset
    from core.files import write_bytes

    dataset = load_dataset(dataset_id)
    each = pd.DataFrame([measures.measure(decode(file.read_bytes())) for file in files])[measures.COLUMNS]
    good = dataset.as_made(["status", "content_hash"]).query("status == 'ok'")["content_hash"]
    kept = each.astype(np.float32).iloc[good.index % len(files)].set_index(pd.Index(good, name="content_hash"))
    kept.attrs = {"by": measures.MEASURED_BY}
    write_bytes(dataset.folder / "quality" / "measures.parquet", kept.to_parquet())
    measures.take_means(dataset)


async def opened(dataset_id: str) -> dict[str, list[float]]:
    """Opens the page for the first time and again, turns the gallery, opens photos: each a visitor of its own.

    Returns:
        Milliseconds by what was asked.
    """
    address = f"dataset={dataset_id}"
    asked = {
        "again": [address] * PAGES,
        "turned": [f"{address}&page={37 * number}" for number in range(2, PAGES + 2)],
        "of a class": [f"{address}&class={NAMED.format(number)}&page=2" for number in range(1, 11)],
        "photo": [f"{address}&photo={number}" for number in range(1, PAGES)],
    }
    took: dict[str, list[float]] = {}
    async with aiohttp.ClientSession() as session:

        async def visited(page: str, query: str) -> float:
            stream = f"ws://127.0.0.1:{PORT}/_stcore/stream"
            async with session.ws_connect(stream, protocols=("streamlit",), max_msg_size=0) as socket:
                return 1000 * await Visitor(socket).react(page, query)

        await visited("train", "dataset=new")  # the server's own first steps, without this dataset
        took["first"] = [await visited("dataset", address)]
        for what, queries in asked.items():
            took[what] = [await visited("dataset", query) for query in queries]
    return took


def main(photos: int = 100_000) -> str:
    """Measures, and returns the section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(FITTING_ROOM_HOME=scratch, FITTING_ROOM_CHECK_BY_ITSELF="0")
        dataset_id = laid_out(Path(scratch), photos)
        with web_server(PORT) as pid:
            took = asyncio.run(opened(dataset_id))
            held_mb = resident_mb(pid)
    return (
        f"**The page of many photos**: a dataset of {photos:,} rows in {CLASSES} classes ({machine()}).\n\n"
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
