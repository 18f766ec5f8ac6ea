"""`dataset split`: what a dataset is learned from, watched with and tested on, divided anew."""

from collections.abc import Mapping
from typing import Any

from core.commands import Result
from core.commands.following import follow
from core.data import dividing
from core.data.settling import SPLIT_SEED
from core.data.split import PARTS, Shares
from core.data.store import load_dataset
from core.errors import FittingRoomError
from core.model.size_of_test import what_it_allows

USUAL = Shares()


def add_verb(verbs: Any, verb: Any) -> None:
    """Adds the verb to the command line. Takes as `core.commands.reporting.add_verb`."""
    parser = verb(verbs, "split", split, "divide it anew into what it learns from, is watched with and is tested on")
    parser.add_argument("id", metavar="dataset")
    parser.add_argument(
        "--test", type=float, default=100 * USUAL.test, metavar="N", help="of 100 photos, with --new-test (default 20)"
    )
    parser.add_argument(
        "--validation", type=float, default=100 * USUAL.validation, metavar="N", help="of 100 photos (default 16)"
    )
    parser.add_argument("--seed", type=int, default=SPLIT_SEED, metavar="N", help=f"default: {SPLIT_SEED}")
    parser.add_argument(
        "--new-test", action="store_true", help="other photos to test on: what was measured before is not comparable"
    )
    parser.add_argument("--new-given", action="store_true", help="also the parts that its source gave")


def split(options: Any) -> Result:
    """Divides a dataset, and says what the sizes allow."""
    dataset = load_dataset(options.id)
    was = dataset.mends.photos
    shares = Shares(options.test / 100, options.validation / 100)
    dividing.start_divide(dataset.id, shares, options.seed, not options.new_test, not options.new_given)
    state = follow(dividing.job_dir(dataset), _progress)
    if state.status != "done":
        raise FittingRoomError(f"It was stopped: {dataset.name} is divided as before.")
    now = load_dataset(dataset.id)
    here = now.mends.photos
    moved = sum(_part(was, position) != _part(here, position) for position in {*was, *here})
    parts = {part: now.parts.get(part, 0) for part in PARTS}
    allows = what_it_allows(parts["test"])
    counts = ", ".join(f"{photos:,} {part}" for part, photos in parts.items())
    facts = {"dataset": now.id, "moved": moved, "parts": parts, "given": list(now.given), "allows": allows}
    done = f"{moved:,} moved (back: dataset undo {now.id})" if moved else "as before"
    return facts, f"{now.name}: {counts}; {done}\n{allows}"


def _part(mends: Mapping[int, Any], position: int) -> str | None:
    return mends[position].moved if position in mends else None


def _progress(event: dict[str, Any]) -> str | None:
    return f"copies: {event['done']:,} of {event['total']:,} photos" if event["kind"] == "progress" else None
