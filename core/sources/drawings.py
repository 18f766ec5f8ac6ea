"""The drawn sample as a source: garments drawn by a few processes, the same for the same seed."""

import io
import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from core.errors import SourceError
from core.sources.garments import CLASS_NAMES, draw
from core.sources.items import Item, Keep, Stop

JPEG_QUALITY = 90
MAX_PROCESSES = 4
CHUNK = 8  # drawings for each errand to a process: a quarter of a second
STOP_CHECK_S = 0.2


class DrawingSource:
    """So many drawings, every class in turn."""

    def __init__(self, photos: int, width_px: int, seed: int, alone: bool = False) -> None:
        """Draws nothing yet.

        Args:
            photos, width_px, seed: how many, how large, and which.
            alone: in this process, as one of several that draw.
        """
        self.photos = photos
        self.alone = alone
        self.width_px = width_px
        self.seed = seed

    def items(self) -> list[Item]:
        """One item for each drawing."""
        labels = [CLASS_NAMES[index % len(CLASS_NAMES)] for index in range(self.photos)]
        return [Item(row, f"{label}/{row:05d}", label) for row, label in enumerate(labels, start=1)]

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Draws in processes of their own; keeps as the drawings come.

        Raises:
            SourceError: a drawing process was killed.
        """
        if self.alone:
            for item in items:
                if stop():
                    return
                keep(item, *_draw_chunk([(item.row, item.label)], self.seed, self.width_px))
            return
        chunks = [list(items[start : start + CHUNK]) for start in range(0, len(items), CHUNK)]
        num_processes = max(1, min(MAX_PROCESSES, os.cpu_count() or 1, len(chunks)))
        context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
        pool = ProcessPoolExecutor(num_processes, context, initializer=_end_with_parent)
        under_way: dict[Future[list[bytes]], list[Item]] = {}
        try:
            while (chunks or under_way) and not stop():
                while chunks and len(under_way) < 2 * num_processes:
                    chunk = chunks.pop(0)
                    asked = [(item.row, item.label) for item in chunk]
                    under_way[pool.submit(_draw_chunk, asked, self.seed, self.width_px)] = chunk
                for drawn in wait(under_way, STOP_CHECK_S, FIRST_COMPLETED).done:
                    for item, content in zip(under_way.pop(drawn), drawn.result(), strict=True):
                        keep(item, content)
        except BrokenProcessPool as error:
            raise SourceError("A process that draws was ended from outside. Resume to draw the rest.") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _draw_chunk(asked: list[tuple[int, str]], seed: int, width_px: int) -> list[bytes]:
    """Draws garments as JPEG; each depends on the seed and its own row only."""
    drawn = []
    for row, label in asked:
        own_seed = int(np.random.default_rng([seed, row]).integers(2**62))
        file = io.BytesIO()
        draw(label, own_seed, width_px).save(file, "JPEG", quality=JPEG_QUALITY)
        drawn.append(file.getvalue())
    return drawn


def _end_with_parent() -> None:
    """Without this, a killed parent would leave its drawing processes waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
