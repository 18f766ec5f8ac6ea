"""The garment artist: chooses a cut, cloth, floor and light by the seed, and puts the picture together."""

import numpy as np
from PIL import Image

from core.sources.garments import backdrop, camera, light
from core.sources.garments.bench import Bench
from core.sources.garments.cloth import lightness
from core.sources.garments.folds import cloth_height, fold_lattice
from core.sources.garments.frame import Frame, resized
from core.sources.garments.hanger import hung
from core.sources.garments.pose import posed
from core.sources.garments.wardrobe import outfit

SMALLEST_WORK_PX = 176  # smaller pictures are drawn so wide and reduced, or seams turn to noise


def picture(
    label: str, class_index: int, seed: int, width_px: int, height_px: int, kind: str | None = None
) -> Image.Image:
    """One drawing of a garment, RGB, of exactly this size."""
    rng = np.random.default_rng([class_index, seed])
    enlarge = max(1.0, SMALLEST_WORK_PX / min(width_px, height_px))
    frame = Frame(round(width_px * enlarge), round(height_px * enlarge))
    wear = outfit(label, rng, kind)
    hanging = wear.garment.hang_at is not None and rng.random() < wear.hangs
    cloth = lightness(wear.fabrics["main"].colour)
    ground = backdrop.wall(rng, frame, cloth) if hanging else backdrop.floor(rng, frame, cloth, wear.stands)
    careful = rng.random() < 0.98  # most people hold the phone straight and the garment in the middle
    turn = rng.normal(0, 0.012) if hanging else rng.normal(0, 0.016 if careful else 0.12)
    wear.garment.reach = wear.unit * (rng.uniform(0.98, 1.02) if careful else rng.uniform(0.78, 1.15))
    pose = posed(rng, wear.garment, frame, turn, rng.uniform(0.4, 1.0), 0.05 if careful else 0.5)
    lattice = fold_lattice(frame)
    folds = resized(cloth_height(rng, wear.garment, pose, lattice, wear.crisp, hanging), frame)
    grain = frame.noise(rng, 190, 250) + frame.noise(rng, 40, 50) * np.float32(0.25)
    bench = Bench(frame, ground.colour, ground.height, ground.gloss)
    bench.dress(hung(wear.garment) if hanging else wear.garment, wear.fabrics, pose, folds, grain)
    source = light.lamp(rng)
    shaded = light.lit(bench, source, rng.uniform(0.02, 0.05) if hanging else 0.0)
    finished = camera.photographed(rng, shaded, frame, source.warmth)
    if enlarge > 1.0:
        finished = finished.resize((width_px, height_px), Image.Resampling.LANCZOS)
    return finished
