"""Every measurement, written to docs/benchmarks.md. Takes about half an hour on two cores.

python -m benchmarks
"""

import sys

from benchmarks import drawings, fetch, predict, server, train
from benchmarks.places import ARCHIVE, PEERS, ROOT

INTRODUCTION = """# Measured

Written by `make bench`, each against its reference in the same run. Machines are noisy: ratios and medians count.
"""


def main() -> int:
    """Runs all, each in turn; returns the exit status."""
    if not ARCHIVE.exists() or not PEERS.exists():
        print(
            "The benchmarks need the archive of real photos (FITTING_ROOM_PHOTOS) and the reference scripts "
            f"(FITTING_ROOM_PEERS). Looked for: {ARCHIVE} and {PEERS}",
            file=sys.stderr,
        )
        return 1
    sections = [INTRODUCTION]
    for measure in (fetch.main, train.main, predict.main, drawings.main, server.main):
        print(measure.__module__, file=sys.stderr)
        sections.append(measure())
        (ROOT / "docs" / "benchmarks.md").write_text("\n".join(sections), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
