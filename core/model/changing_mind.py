"""What would change a model's mind: the least cutting, darkening, shrinking or turning after which it says another.

Each way is tried in a few steps, from a little to a lot. Between the last step that left its answer and the first that
changed it the place is then found by halving. A model may waver in between, so what is found is a change that does
change its mind, and nearly the least.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from core.data.photo import resize
from core.model.predictor import Predictor
from core.model.verdict import with_article

Way = Literal["top", "bottom", "left", "right", "darker", "smaller", "turned"]

HALVINGS = 3
SIDES: tuple[Way, ...] = ("top", "bottom", "left", "right")
STEPS: dict[Way, tuple[float, ...]] = {  # from a little to a lot
    **dict.fromkeys(SIDES, (0.1, 0.2, 0.35, 0.5)),  # the share that is cut off
    "darker": (0.7, 0.5, 0.3, 0.2, 0.1),  # the share of the light that is left
    "smaller": (96, 64, 48, 32, 24, 16),  # pixels across
    "turned": (90, 270, 180),  # degrees to the left
}
AS_IT_IS: dict[Way, float] = {"darker": 1.0, "smaller": 128}
TURNS = {
    90: (Image.Transpose.ROTATE_90, "if it lay on its left side"),
    180: (Image.Transpose.ROTATE_180, "if it stood on its head"),
    270: (Image.Transpose.ROTATE_270, "if it lay on its right side"),
}
LIGHT = ((0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third"), (0.5, "half"))


@dataclass(frozen=True)
class Outcome:
    """One way of changing a photo, as far as it was taken."""

    way: Way
    amount: float  # in the unit of `STEPS`: the least that changes its mind, or the most that was tried
    was: str  # the label before
    label: str  # the label then
    probability: float  # of that

    @property
    def changed(self) -> bool:
        """Whether it says something else."""
        return self.label != self.was

    @property
    def sentence(self) -> str:
        """It would say skirt if the top 20% were cut off. Even at a third of the light it stays a dress."""
        if self.changed:
            return f"It would say {self.label} {self._words()}."
        return f"{self._even()} it stays {with_article(self.was)}."

    def _words(self) -> str:
        if self.way == "darker":
            return f"at {_light(self.amount)} of the light"
        if self.way == "smaller":
            return f"if it were only {self.amount:.0f} pixels across"
        if self.way == "turned":
            return TURNS[round(self.amount)][1]
        return f"if the {self.way} {self.amount:.0%} were cut off"

    def _even(self) -> str:
        if self.way == "darker":
            return f"Even at {_light(self.amount)} of the light"
        if self.way == "smaller":
            return f"Even at {self.amount:.0f} pixels across"
        return "However it is turned" if self.way == "turned" else "Whichever half is cut off,"


def what_would_change_it(predictor: Predictor, photo: Image.Image) -> list[Outcome]:
    """Tries four ways: cutting from any side, less light, fewer pixels, and turning.

    It takes about 40 invocations, between which others may ask.

    Args:
        predictor: of the model.
        photo: RGB, upright.

    Returns:
        One outcome a way, those that change its mind first.
    """
    ask = _asker(predictor, photo)
    was = ask(photo)[0]
    cuts = [_least(ask, photo, was, way) for way in SIDES]
    found = [
        min(cuts, key=lambda cut: (not cut.changed, cut.amount)),
        *(_least(ask, photo, was, way) for way in ("darker", "smaller", "turned")),
    ]
    return sorted(found, key=lambda outcome: not outcome.changed)


def altered(photo: Image.Image, way: Way, amount: float) -> Image.Image:
    """The photo after such a change.

    Args:
        photo: RGB, upright.
        way: which change.
        amount: in the unit of `STEPS`.
    """
    if way == "darker":
        return photo.point(lambda value: round(value * amount))
    if way == "smaller":
        few = [max(1, round(amount * side / max(photo.size))) for side in photo.size]
        return photo.resize((few[0], few[1]), Image.Resampling.BOX).resize(photo.size, Image.Resampling.BILINEAR)
    if way == "turned":
        return photo.transpose(TURNS[round(amount)][0])
    return photo.crop(kept_box(photo.size, way, amount))


def kept_box(size: tuple[int, int], way: Way, share: float) -> tuple[int, int, int, int]:
    """What is left of a photo when a share of it is cut off from one side: left, top, right and bottom in pixels."""
    width, height = size
    gone_x, gone_y = min(width - 1, round(share * width)), min(height - 1, round(share * height))
    return (
        gone_x if way == "left" else 0,
        gone_y if way == "top" else 0,
        width - gone_x if way == "right" else width,
        height - gone_y if way == "bottom" else height,
    )


def _asker(predictor: Predictor, photo: Image.Image) -> Callable[[Image.Image], tuple[str, float]]:
    names, size = predictor.model.class_names, predictor.model.input_size_px

    def ask(changed: Image.Image) -> tuple[str, float]:
        probabilities = predictor.predict(resize(changed, size)[None])[0]
        best = int(probabilities.argmax())
        return names[best], float(probabilities[best])

    return ask


def _least(ask: Callable[[Image.Image], tuple[str, float]], photo: Image.Image, was: str, way: Way) -> Outcome:
    """The first step after which it says another, brought closer to the step before by halving."""

    def outcome(amount: float) -> Outcome:
        return Outcome(way, amount, was, *ask(altered(photo, way, amount)))

    stayed = AS_IT_IS.get(way, 0.0)
    for step in STEPS[way]:
        found = outcome(step)
        if found.changed:
            break
        stayed = step
    if not found.changed or way == "turned":
        return found
    for _ in range(HALVINGS):
        between = outcome(_round((stayed + found.amount) / 2, way))
        if between.changed:
            found = between
        else:
            stayed = between.amount
    return found


def _round(amount: float, way: Way) -> float:
    return float(round(amount)) if way == "smaller" else round(amount, 2)


def _light(share: float) -> str:
    """A fifth; 45%."""
    nearest, words = min(LIGHT, key=lambda each: abs(each[0] - share))
    return words if abs(nearest - share) <= 0.02 else f"{share:.0%}"
