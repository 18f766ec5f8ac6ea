"""Makes the models that come with the app, or goes on with it: `python -m workshop [garments] [clothing]`.

In `FITTING_ROOM_HOME`, as everything: the datasets, and what is half made. The clothing model takes hours on two cores.
"""

import sys

from workshop import clothing, garments

MAKERS = {"garments": garments.make, "clothing": clothing.make}


def main(names: list[str]) -> None:
    """Makes the named ones, or all."""
    unknown = [name for name in names if name not in MAKERS]
    if unknown:
        sys.exit(f"There is no such model: {', '.join(unknown)}. There are: {', '.join(MAKERS)}.")
    for name in names or MAKERS:
        print(f"{name}: {MAKERS[name]()}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
