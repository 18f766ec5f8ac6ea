"""The check of a dataset: does it find faults that were planted among real photos, and what do 100,000 photos take?

python -m benchmarks.checking [ROWS …]
"""

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageEnhance, ImageFilter

from benchmarks.places import machine, unpacked_photos
from benchmarks.scale import watched_memory
from core import jobs
from core.data import store
from core.data.finishing import finish
from core.data.pixels import MADE_WITH_PX
from core.data.quality import checking
from core.data.quality.finding import Kind
from core.data.quality.found import Quality, load_quality
from core.data.store import Dataset
from core.files import link_file, write_json
from core.sources.garments import CLASS_NAMES, draw

SEED = 11
SIZES = (10_000, 30_000, 100_000)
DRAWN = 40  # of each class
Spoil = Callable[[Image.Image, np.random.Generator], Image.Image]


def blurred(photo: Image.Image, chance: np.random.Generator) -> Image.Image:
    return photo.filter(ImageFilter.GaussianBlur(chance.uniform(3, 8)))


def dark(photo: Image.Image, chance: np.random.Generator) -> Image.Image:
    return ImageEnhance.Brightness(photo).enhance(chance.uniform(0.08, 0.25))


def resized(photo: Image.Image, chance: np.random.Generator) -> Image.Image:
    share = chance.uniform(0.4, 0.9)
    return photo.resize((round(photo.width * share), round(photo.height * share)), Image.Resampling.LANCZOS)


def one_colour(photo: Image.Image, chance: np.random.Generator) -> Image.Image:
    noise = chance.normal(0, chance.choice([0, 1, 3, 6]), (photo.height, photo.width, 3))
    return Image.fromarray(np.clip(chance.integers(0, 256, 3) + noise, 0, 255).astype(np.uint8))


def planted(photos: Path, to: Path) -> dict[str, str]:
    """Lays the real photos out as class folders, and spoiled copies among them.

    Returns:
        What was planted, by path in the folder.
    """
    chance = np.random.default_rng(SEED)
    files = sorted(photos.glob("*/*/*.jpg"))
    for file in files:
        link_file(file, to / file.parent.name / f"{file.parents[1].name}-{file.name}")
    labels = sorted({file.parent.name for file in files})
    plants: dict[str, str] = {}

    def plant(what: str, count: int, make: Callable[[Path, Path], None]) -> None:
        for number, at in enumerate(chance.choice(len(files), count, replace=False)):
            label = files[at].parent.name
            if what == "another label":
                label = str(chance.choice([each for each in labels if each != label]))
            path = to / label / f"x-planted-{what.replace(' ', '-')}-{number:03}.jpg"
            make(files[at], path)
            plants[str(path.relative_to(to))] = what

    def spoiled(spoil: Spoil) -> Callable[[Path, Path], None]:
        def make(file: Path, path: Path) -> None:
            with Image.open(file) as photo:
                spoil(photo.convert("RGB"), chance).save(path, quality=int(chance.integers(40, 92)))

        return make

    plant("exact copy", 100, lambda file, path: link_file(file, path))
    plant("recompressed", 50, spoiled(lambda photo, _: photo))
    plant("resized", 50, spoiled(resized))
    plant("another label", 50, lambda file, path: link_file(file, path))
    plant("blurred", 30, spoiled(blurred))
    plant("dark", 30, spoiled(dark))
    plant("one colour", 20, spoiled(one_colour))
    return plants


KINDS_OF: dict[str, tuple[Kind, ...]] = {  # where each plant counts as found
    "recompressed": ("near_duplicates", "two_labels", "leaks"),
    "resized": ("near_duplicates", "two_labels", "leaks"),
    "another label": ("two_labels",),
    "blurred": ("blurred",),
    "dark": ("dark",),
    "one colour": ("one_colour",),
}


def found_plants(dataset: Dataset, quality: Quality, plants: dict[str, str]) -> list[str]:
    """Lines of a table: what was planted, how much of it was found, and what was flagged of the originals."""
    rows = dataset.as_made(["source", "status"])
    # An original whose copy was planted is rightly in the group: only groups without a plant are alarms.
    what = rows["source"].map(lambda source: plants.get(str(source), ""))
    flagged: dict[Kind, set[int]] = {}
    alarms: dict[Kind, set[int]] = {}
    for finding in quality.findings:
        for group in finding.groups:
            flagged.setdefault(finding.kind, set()).update(group)
            if not any(what.iat[position] for position in group):
                alarms.setdefault(finding.kind, set()).update(group)
    originals = int((what == "").sum())
    lines = []
    for plant in dict.fromkeys(plants.values()):
        positions = set(what.index[what == plant])
        kinds = KINDS_OF.get(plant, ())
        hit = {position for kind in kinds for position in flagged.get(kind, ()) if position in positions}
        if plant == "exact copy":
            hit = set(rows.index[(what == plant) & (rows["status"] == "duplicate")])
        false = len(set().union(*(alarms.get(kind, set()) for kind in kinds)))
        lines.append(f"| {plant} | {len(hit)} of {len(positions)} | {false} of {originals:,} |")
        for position in sorted(positions - hit):
            print(f"missed: {plant} {rows['source'].iat[position]}", file=sys.stderr)
    for kind, positions in alarms.items():
        print(f"{kind}: {', '.join(rows['source'].iloc[sorted(positions)])}", file=sys.stderr)
    return lines


def checked(dataset_id: str) -> tuple[Quality, float, float]:
    """Checks a dataset; returns what was found, the seconds, and the most memory that its process held, in MB."""
    dataset = store.load_dataset(dataset_id)
    began_at = time.perf_counter()
    with watched_memory(str(checking.job_dir(dataset))) as memory:
        checking.start_check(dataset_id)
        state = jobs.wait(checking.job_dir(dataset))
    seconds = time.perf_counter() - began_at
    quality = load_quality(dataset)
    if state.status != "done" or quality is None:
        raise RuntimeError(f"{state.message} {jobs.log_tail(checking.job_dir(dataset))}")
    return quality, seconds, memory[0]


def made(folder: Path, name: str) -> Dataset:
    """Makes a dataset of a folder of class folders."""
    dataset_id = store.start_dataset({"kind": "folder", "path": str(folder)}, name)
    jobs.wait(store.load_dataset(dataset_id).job_dir)
    return store.load_dataset(dataset_id)


def fabricated(rows: int, photos: list[Path], home: Path) -> str:
    """Lays out a finished dataset of so many rows: each photo is a real one under a name of its own."""
    dataset_id = f"rows-{rows}"
    folder = home / "datasets" / dataset_id
    chance = np.random.default_rng(SEED)
    small = np.stack([np.asarray(Image.open(each).convert("RGB").resize((MADE_WITH_PX,) * 2)) for each in photos])
    (folder / "pixels").mkdir(parents=True)
    pixels = np.lib.format.open_memmap(
        folder / "pixels" / f"{MADE_WITH_PX}.npy", mode="w+", dtype=np.uint8, shape=(rows, *small.shape[1:])
    )
    hashes = []
    for row in range(rows):
        content_hash = hashlib.sha256(str(row).encode()).hexdigest()
        link_file(photos[row % len(photos)], store.photo_path(folder, content_hash))
        hashes.append(content_hash)
        # Turned, mirrored and shifted in colour, the same photo is another picture.
        turned = np.rot90(small[row % len(photos)], row // len(photos) % 4)
        mixed = 0.6 * turned + 0.4 * small[chance.integers(len(photos))][:, ::-1]
        pixels[row] = np.clip(mixed + chance.normal(0, 12, 3), 0, 255).astype(np.uint8)
    pixels.flush()
    manifest = pd.DataFrame(
        {
            "row": np.arange(1, rows + 1),
            "source": [f"{photos[row % len(photos)].parent.name}/{row}.jpg" for row in range(rows)],
            "label": [photos[row % len(photos)].parent.name for row in range(rows)],
            "status": "ok",
            "reason": "",
            "content_hash": hashes,
            "perceptual_hash": "0" * 16,
            "width": 400,
            "height": 533,
            "bytes": 40_000,
            "group": None,
            "part": chance.choice(["train", "validation", "test"], rows, p=[0.64, 0.16, 0.2]),
        }
    ).astype(store.MANIFEST_COLUMNS)
    write_json(folder / "dataset.json", {"name": dataset_id, "source": {}, "created_at": time.time()})
    finish(folder, manifest)
    return dataset_id


def faults(home: Path) -> list[str]:
    """Recall and false alarms, on real photos and on drawn ones."""
    plants = planted(unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark"), home / "planted")
    dataset = made(home / "planted", "Planted")
    quality, seconds, memory = checked(dataset.id)
    again = checked(dataset.id)[1]
    for label in CLASS_NAMES:
        (home / "drawn" / label).mkdir(parents=True)
        for seed in range(DRAWN):
            draw(label, seed).save(home / "drawn" / label / f"{seed}.jpg", quality=92)
    drawn = made(home / "drawn", "Drawn")
    alarms = {finding.kind: finding.photos for finding in checked(drawn.id)[0].findings if finding.groups}
    return [
        "| Planted | Found | Flagged among the originals |",
        "| --- | --- | --- |",
        *found_plants(dataset, quality, plants),
        "",
        f"{dataset.ok:,} photos: {seconds:.1f} s, {memory:.0f} MB; checked again: {again:.1f} s. "
        f"Of {drawn.ok} drawn garments: {alarms or 'no alarm'}.",
    ]


def sizes(home: Path, rows: Iterable[int]) -> list[str]:
    """Time and memory for many photos."""
    photos = sorted(unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark").glob("*/*/*.jpg"))
    lines = ["| Photos | First check, s | Memory, MB | Second, s |", "| --- | --- | --- | --- |"]
    for count in rows:
        dataset_id = fabricated(count, photos, home)
        _, seconds, memory = checked(dataset_id)
        lines.append(f"| {count:,} | {seconds:.0f} | {memory:.0f} | {checked(dataset_id)[1]:.1f} |")
        shutil.rmtree(home / "datasets" / dataset_id)
    return lines


def main(rows: Iterable[int] = SIZES) -> str:
    """Measures, and returns the section."""
    before = os.environ.get("FITTING_ROOM_HOME")
    with tempfile.TemporaryDirectory() as home:
        os.environ["FITTING_ROOM_HOME"] = home
        try:
            lines = [*faults(Path(home)), "", *sizes(Path(home), rows)]
        finally:
            os.environ.pop("FITTING_ROOM_HOME")
            if before is not None:
                os.environ["FITTING_ROOM_HOME"] = before
    return "\n".join(["## Checking a dataset", "", *lines, "", machine()])


if __name__ == "__main__":
    print(main([int(each) for each in sys.argv[1:]] or SIZES))
