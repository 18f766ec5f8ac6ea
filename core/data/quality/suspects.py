"""What is left of the photos that a training took for another class."""

from core.data.quality.fine import load_fine
from core.data.quality.found import SUSPECTS
from core.data.store import Dataset
from core.files import read_json


def suspects_left(dataset: Dataset, run_id: str) -> int:
    """How many of the photos that a training suspects nobody has mended or called fine since. Reads no manifest.

    Args:
        dataset: as it is now.
        run_id: of the training.

    Returns:
        0 where it was not the last one to look, too.
    """
    kept = read_json(dataset.folder / SUSPECTS)
    try:
        if kept["run"] != run_id or kept["of"] != dataset.fingerprint:
            return 0
        fine = load_fine(dataset)
        return sum(
            dataset.mends.label(each["position"], each.get("was", each["label"])) == each["label"]
            and not fine.covers("suspects", [each["content_hash"]])
            for each in kept["photos"]
        )
    except (KeyError, TypeError):  # there is none, or it is damaged
        return 0
