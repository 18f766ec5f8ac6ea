"""What people mended in a dataset: another label for a photo, or a photo left out. A layer over it: nothing is lost.

The folder of a dataset keeps it in `corrections.jsonl`, a line a mend; of the lines about one photo the last counts.
"""

import contextlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

from core.data.store import MAX_NAME_CHARACTERS, Dataset
from core.errors import NameInvalid, NotFound
from core.sources.labels import tidy

FILE = "corrections.jsonl"


@dataclass(frozen=True)
class Mend:
    """What somebody said of one photo."""

    position: int  # in the manifest
    content_hash: str
    label: str | None  # what it shows; None: it is left out
    at: float  # Unix seconds


def relabel(dataset: Dataset, position: int, label: str) -> None:
    """Gives a photo another label.

    Args:
        dataset: a finished one.
        position: of the photo in its manifest.
        label: any, also one that no photo has.

    Raises:
        NotFound: there is no good photo in that position.
        NameInvalid: the label is empty or too long.
    """
    label = tidy(label)
    if not label or len(label) > MAX_NAME_CHARACTERS:
        raise NameInvalid(f"A label takes 1 to {MAX_NAME_CHARACTERS} characters. Received: “{label[:80]}”")
    _say(dataset, position, {"do": "relabel", "label": label})


def exclude(dataset: Dataset, position: int) -> None:
    """Leaves a photo out.

    Raises:
        NotFound: there is no good photo in that position.
    """
    _say(dataset, position, {"do": "exclude"})


def take_back(dataset: Dataset, position: int) -> None:
    """Makes a photo what it was before it was mended.

    Raises:
        NotFound: there is no good photo in that position.
    """
    _say(dataset, position, {"do": "take_back"})


def load_mends(folder: Path) -> dict[int, Mend]:
    """What counts now, by position in the manifest.

    Args:
        folder: of a dataset.
    """
    try:
        lines = (folder / FILE).read_bytes().split(b"\n")
    except OSError:
        return {}
    found: dict[int, Mend] = {}
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):  # a line that a full disk or a killed process cut
            said = json.loads(line)
            position, do = int(said["position"]), said["do"]
            found.pop(position, None)
            if do != "take_back":
                label = str(said["label"]) if do == "relabel" else None
                found[position] = Mend(position, str(said["content_hash"]), label, float(said["at"]))
    return found


def _say(dataset: Dataset, position: int, what: dict[str, str]) -> None:
    manifest = dataset.manifest()
    if not 0 <= position < len(manifest) or manifest["status"].iloc[position] != "ok":
        raise NotFound(f"{dataset.name} has no photo there that could be mended. Received: position {position}")
    content_hash = str(manifest["content_hash"].iloc[position])
    line = {"at": time.time(), "position": position, "content_hash": content_hash, **what}
    with (dataset.folder / FILE).open("ab") as file:
        if file.tell():
            file.write(b"\n")  # closes a line that was cut; an empty line says nothing
        file.write(json.dumps(line, ensure_ascii=False).encode())
