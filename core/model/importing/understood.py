"""What was understood of a model file, and what became of bringing it in: plain facts, as they are kept."""

from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "own": "a model of Fitting Room",
    "keras": "a Keras network",
    "h5": "a Keras network (.h5)",
    "tflite": "a LiteRT network",
    "tfjs": "a TensorFlow.js network",
    "saved_model": "a TensorFlow SavedModel",
}


@dataclass(frozen=True)
class Understood:
    """A network that was read and written anew."""

    kind: str
    size_px: int
    channels: int  # 3, or 1 for grey
    outputs: int
    parameters: int  # 0 where nobody counts them
    class_names: tuple[str, ...] | None  # where the file says them
    scaling: str | None  # where the file says it, or it is known of its kind
    why_scaling: str
    scores: bool  # it gives scores that have yet to become probabilities (logits)
    others: tuple[str, ...] = ()  # of ours: what came along

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Understood":
        names = said["class_names"]
        lists = {"class_names": None if names is None else tuple(names), "others": tuple(said["others"])}
        return cls(**{**said, **lists})

    @property
    def words(self) -> str:
        """What it is, in one line."""
        return KINDS.get(self.kind, self.kind)
