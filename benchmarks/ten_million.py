"""From what one photo costs to what ten million cost: hours, memory, disk and money, all of it plain arithmetic."""

from dataclasses import dataclass

from benchmarks.shop_tasks import SIZE_PX
from core.data.pixels import MADE_WITH_PX
from core.sources.pace import MAX_LIMIT

PHOTOS = 10_000_000
PROCESSORS = {"2 processors": 2, "one machine of 16": 16, "eight machines of 8": 64}
WORDS = {
    "fetching": "fetched, checked, hashed, kept",
    "pixels": "pixels for a training",
    "predicting": "or asked about, photos from the disk",
}
# Assumptions, in dollars: about what large providers ask in 2026 for a plain machine by the hour. Ask yours.
PROCESSOR_HOUR = 0.05  # with 4 GB of memory
SHARED_GB_MONTH = 0.30  # of a folder that several machines see
DISK_GB_MONTH = 0.10  # of a disk in one machine
HOST_ANSWERS_S = 0.1


@dataclass(frozen=True)
class Costs:
    """Of one photo."""

    seconds: dict[str, float]  # of one processor, by task
    worker_mb: float  # the most that a process needs which does chunks
    photo_bytes: float  # kept
    part_bytes: float  # in the parts of a fetching, until the dataset is there
    pixel_bytes: float  # at the size of a training


def arithmetic(costs: Costs) -> str:
    """The section for docs/benchmarks.md, of which docs/scaling.md speaks."""
    lines = [
        "**Ten million photos**, from these rates: processors as fast as one of the pool's here, none of them waiting.",
        "",
        f"| | {' | '.join(PROCESSORS)} | rent of the processors |",
        "|---|---|---|---|---|",
    ]
    for task, words in WORDS.items():
        hours = costs.seconds[task] * PHOTOS / 3600
        each = " | ".join(f"{hours / processors:,.1f} h" for processors in PROCESSORS.values())
        lines.append(f"| {words} | {each} | ${hours * PROCESSOR_HOUR:,.0f} |")
    memory = " | ".join(f"{costs.worker_mb * processors / 1000:,.1f} GB" for processors in PROCESSORS.values())
    lines += [f"| memory of the processes that do chunks, {costs.worker_mb:.0f} MB each | {memory} | |", ""]
    lines += ["| on the disk | | a month on a disk | a month in a shared folder |", "|---|---|---|---|"]
    for words, per_photo in (
        ("photos as they came", costs.photo_bytes),
        ("parts of the chunks, until the dataset is there", costs.part_bytes),
        (f"pixels at {MADE_WITH_PX} px", 3 * MADE_WITH_PX**2),
        (f"pixels for a training, at {SIZE_PX} px", costs.pixel_bytes),
    ):
        size = per_photo * PHOTOS / 1e9
        lines.append(f"| {words} | {size:,.0f} GB | ${size * DISK_GB_MONTH:,.0f} | ${size * SHARED_GB_MONTH:,.0f} |")
    most = MAX_LIMIT / HOST_ANSWERS_S
    lines += [
        "",
        f"All photos at one host, which is asked for {MAX_LIMIT} at a time and answers after {HOST_ANSWERS_S} s: it "
        f"gives {most:,.0f} a second at most: {PHOTOS / most / 3600:.1f} h, however many machines ask.",
        f"Assumed: ${PROCESSOR_HOUR:.2f} an hour for a processor with 4 GB, ${DISK_GB_MONTH:.2f} a GB and month on a "
        f"disk, ${SHARED_GB_MONTH:.2f} in a shared folder.",
    ]
    return "\n".join([*lines, ""])
