"""The drawn sample: how fast it is drawn, and how well the course's network learns it.

python -m benchmarks.drawings
"""

import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

from benchmarks.places import machine, spread
from core import jobs
from core.data import store
from core.sources import garments
from core.sources.samples import SAMPLES
from core.training import runs, starting
from core.training.recipe import Recipe

DRAWN = 400
SIDE_PX = 200
SEEDS = (7, 8, 9)


def main() -> str:
    """Draws, and trains three times from nothing; returns the section."""
    rates = [drawings_per_s(seed) for seed in SEEDS]
    with tempfile.TemporaryDirectory() as home:
        os.environ["FITTING_ROOM_HOME"] = home
        sample = next(sample for sample in SAMPLES if sample.id == "garments")
        began = time.perf_counter()
        dataset = store.load_dataset(store.start_dataset(dict(sample.spec), sample.name))
        jobs.wait(dataset.job_dir)
        seconds = time.perf_counter() - began
        dataset = store.load_dataset(dataset.id)
        accuracies = [accuracy(dataset.id, seed) for seed in SEEDS]
    return (
        f"**Drawing** ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| drawings a second at {SIDE_PX} px, two processes | {spread(rates, 0)} |\n"
        f"| the sample: {dataset.ok:,} drawings, checked and on disk | {seconds:.0f} s |\n"
        f"| the course's network on {dataset.parts['test']} held back, three seeds | {spread(accuracies, 3)} |\n"
    )


def drawings_per_s(seed: int) -> float:
    """Square drawings in two processes, the start of the processes left out."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(draw, range(2), [seed] * 2))
        began = time.perf_counter()
        list(pool.map(draw, range(DRAWN), [seed] * DRAWN, chunksize=20))
        return DRAWN / (time.perf_counter() - began)


def draw(index: int, seed: int) -> None:
    """One drawing, thrown away."""
    garments.draw_nth(index, seed, SIDE_PX, SIDE_PX)


def accuracy(dataset_id: str, seed: int) -> float:
    """Of one training on the photos it never saw."""
    run = runs.load_run(starting.start_run(dataset_id, Recipe(seed=seed)))
    jobs.wait(run.job_dir)
    result = runs.result(run)
    assert result is not None, jobs.log_tail(run.job_dir)
    return float(result["test"]["accuracy"])


if __name__ == "__main__":
    print(main())
