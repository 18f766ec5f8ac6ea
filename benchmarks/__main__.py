"""Every measurement, written to docs/benchmarks.md, or those that are named: the others' figures stay as they are.

python -m benchmarks [NAME …]

All but `accuracy` take about an hour on two cores; `accuracy` takes hours, and is left out unless it is named.
"""

import re
import sys
from collections.abc import Callable

from benchmarks import (
    accuracy,
    checking,
    clothing,
    dataset_page,
    drawings,
    dropping,
    evaluating,
    explain,
    fetch,
    few_shot,
    fit,
    million,
    mishaps,
    pipeline,
    predict,
    scale,
    server,
    spreading,
    suspects,
    thirty,
    train,
    transfer,
    visitors,
)
from benchmarks.places import ARCHIVE, PEERS, ROOT

INTRODUCTION = """# Measured

Written by `make bench`, each against its reference in the same run. Machines are noisy: ratios and medians count.
"""
MEASURES: dict[str, Callable[[], str]] = {
    "fetch": fetch.main,
    "mishaps": mishaps.main,
    "scale": scale.main,
    "checking": checking.main,
    "dataset_page": dataset_page.main,
    "million": million.main,
    "train": train.main,
    "fit": fit.main,
    "pipeline": pipeline.main,
    "transfer": transfer.main,
    "accuracy": accuracy.main,
    "predict": predict.main,
    "clothing": clothing.main,
    "explain": explain.main,
    "evaluating": evaluating.main,
    "dropping": dropping.main,
    "few_shot": few_shot.main,
    "drawings": drawings.main,
    "suspects": suspects.main,
    "server": server.main,
    "visitors": visitors.main,
    "spreading": spreading.main,
    "thirty": thirty.main,
}
PATH = ROOT / "docs" / "benchmarks.md"


def main(names: list[str]) -> int:
    """Runs them in turn; returns the exit status."""
    if unknown := [name for name in names if name not in MEASURES]:
        print(f"There are {', '.join(MEASURES)}. Received: {', '.join(unknown)}", file=sys.stderr)
        return 2
    if not ARCHIVE.exists() or not PEERS.exists():
        print(
            "The benchmarks need the archive of real photos (FITTING_ROOM_PHOTOS) and the reference scripts "
            f"(FITTING_ROOM_PEERS). Looked for: {ARCHIVE} and {PEERS}",
            file=sys.stderr,
        )
        return 1
    for name in names or [name for name in MEASURES if name != "accuracy"]:
        print(name, file=sys.stderr)
        keep(name, MEASURES[name]())
    return 0


def keep(name: str, section: str) -> None:
    """Puts a section into its place."""
    kept = dict(re.findall(r"<!-- (\w+) -->\n(.*?)(?=<!-- |\Z)", PATH.read_text("utf-8"), re.S)) | {name: section}
    sections = [f"<!-- {each} -->\n{kept[each].strip()}\n" for each in MEASURES if each in kept]
    PATH.write_text("\n".join([INTRODUCTION, *sections]), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
