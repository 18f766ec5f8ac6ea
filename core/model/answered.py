"""What a model says of photos whose labels are known: of a dataset, straight from its pixels, or of a folder."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.photo import to_pixels
from core.data.pixels import let_go, load_pixels
from core.data.store import Dataset
from core.errors import EvaluationError, PhotoError
from core.model import familiarity, learned
from core.model.bundle import Model
from core.model.calibration import apply_temperature
from core.model.predictor import Looked, load_predictor
from core.sources import open_source
from core.sources.items import Failure, Item

AT_ONCE = 128  # photos between two words about how far it is
NOT_TAUGHT = "not taught: "  # before a label, in what is left out
Told = Callable[[str, int, int], None]  # stage ("pixels" or "asking"), done, total; may raise to end it
Said = tuple[NDArray[np.float32], NDArray[np.bool_]]  # (N, C) probabilities, temperature applied; (N,) whether unlike


@dataclass(frozen=True)
class Answered:
    """What a model said of N photos with labels, also with labels that it was not taught."""

    content_hashes: list[str]
    rows: NDArray[np.int64]  # (N,), positions in the manifest of a dataset; -1 without one
    names: list[str]  # for people: a file, an address
    labels: list[str]
    probabilities: NDArray[np.float32]  # (N, C), temperature applied
    unlike: NDArray[np.bool_]  # (N,), unlike all that it was taught with; False where it cannot say
    known: NDArray[np.bool_]  # (N,), it has learned from them
    unreadable: int = 0  # files that were no photos: not among the N


def ask_dataset(model: Model, dataset: Dataset, part: str = "", tell: Told = lambda *_: None) -> Answered:
    """Asks about the photos of a dataset, straight from its pixels.

    Args:
        model: the one to examine.
        dataset: a finished one.
        part: "train", "validation" or "test"; "" for all.
        tell: hears how far it is; what it raises ends the asking.

    Raises:
        DatasetUnfinished: it is still being made.
        EvaluationError: no photo is of a class that the model was taught.
        ModelUnreadable: as `load_predictor`.
    """
    manifest = dataset.manifest()
    wanted = manifest["status"] == "ok"
    if part:
        wanted &= manifest["part"] == part
    rows = np.flatnonzero(wanted.to_numpy(dtype=bool, na_value=False))
    chosen = manifest.iloc[rows]
    labels, hashes = chosen["label"].tolist(), chosen["content_hash"].tolist()
    require_taught(model, labels)
    asking, said = Asking(model), []
    pixels = load_pixels(dataset, model.input_size_px, lambda *far: tell("pixels", *far))
    for start in range(0, len(rows), AT_ONCE):
        said.append(asking.ask(pixels[rows[start : start + AT_ONCE]]))
        let_go(pixels)
        tell("asking", min(start + AT_ONCE, len(rows)), len(rows))
    known = learned.has_seen(model.folder, hashes)
    return Answered(hashes, rows, chosen["source"].fillna("").tolist(), labels, *_joined(said), known)


def ask_folder(model: Model, folder: Path, tell: Told = lambda *_: None) -> Answered:
    """Asks about every photo in a folder of class folders.

    Args:
        model: the one to examine.
        folder: with a folder for each class.
        tell: as for `ask_dataset`; called from several threads.

    Raises:
        NotFound, ClassesNotFound: there is no such folder, or none of classes in it.
        EvaluationError, ModelUnreadable: as `ask_dataset`.
    """
    source = open_source({"kind": "folder", "path": str(folder)})
    items = source.items()
    require_taught(model, [item.label for item in items])
    asking = Asking(model)
    found: dict[int, tuple[Item, str, Said]] = {}  # in any order: several threads read
    unreadable: list[str] = []
    counting = threading.Lock()

    def keep(item: Item, content: bytes | Failure) -> None:
        try:
            if isinstance(content, Failure):
                raise PhotoError(content.reason)
            said = asking.ask(to_pixels(content, model.input_size_px)[None])
        except PhotoError:
            unreadable.append(item.source)
        else:
            found[item.row] = item, sha256(content).hexdigest(), said
        with counting:
            tell("asking", len(found) + len(unreadable), len(items))

    source.deliver(items, keep, lambda: False)
    kept = [found[row] for row in sorted(found)]
    require_taught(model, [item.label for item, _, _ in kept])
    hashes = [content_hash for _, content_hash, _ in kept]
    return Answered(
        hashes,
        np.full(len(kept), -1, np.int64),
        [item.source for item, _, _ in kept],
        [item.label for item, _, _ in kept],
        *_joined([said for _, _, said in kept]),
        learned.has_seen(model.folder, hashes),
        len(unreadable),
    )


def require_taught(model: Model, labels: Iterable[str]) -> None:
    """Makes sure that there is a photo whose label the model was taught.

    Raises:
        EvaluationError: there is none.
    """
    counts = Counter(labels)
    if not counts.keys() & set(model.class_names):
        strangers = ", ".join(f"{NOT_TAUGHT}{label}" for label in counts)
        raise EvaluationError(
            f"No photo is of a class that “{model.name}” was taught: {', '.join(model.class_names)}. "
            f"Received: {strangers or 'no photo at all'}"
        )


class Asking:
    """A model that is asked about lot after lot."""

    def __init__(self, model: Model) -> None:
        """Loads the model if it is not.

        Raises:
            ModelUnreadable: as `load_predictor`.
        """
        self._predictor, self._rule = load_predictor(model), familiarity.load(model.folder)

    def ask(self, pixels: NDArray[np.uint8]) -> Said:
        """What it says of photos, shape (N, S, S, 3), 0 to 255."""
        return said_of(self._predictor.look(pixels), self._predictor.model.temperature, self._rule)


def said_of(looked: Looked, temperature: float, rule: familiarity.Familiarity | None) -> Said:
    """What a network's look at photos comes to.

    Args:
        looked: at N photos.
        temperature: of the model.
        rule: what is usual; None where nobody knows.
    """
    unlike = np.zeros(len(looked.probabilities), bool)
    if rule is not None and looked.seen is not None:
        unlike = rule.strangeness(looked.seen) > rule.limit
    return apply_temperature(looked.probabilities, temperature), unlike


def _joined(lots: list[Said]) -> Said:
    probabilities, unlike = zip(*lots, strict=True)
    return np.concatenate(probabilities), np.concatenate(unlike)
