"""`explain`: where a model looked on a photo, and what would change its mind."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from core.commands import Result, chosen_model
from core.data.photo import decode, resize
from core.errors import NotExplainable, NotFound
from core.files import write_bytes
from core.model.changing_mind import what_would_change_it
from core.model.explain import heat_map, without_hottest
from core.model.heat_picture import laid_over
from core.model.predictor import load_predictor


def explain(options: Any) -> Result:
    """Writes the photo with the heat map over it, and says what counts how much."""
    model = chosen_model(options)
    if options.label is not None and options.label not in model.class_names:
        raise NotExplainable(
            f"“{model.name}” was not taught this class. It knows {', '.join(model.class_names)}. "
            f"Received: {options.label}"
        )
    target = Path(options.to)
    if target.suffix.lower() != ".png":
        raise NotExplainable(f"The picture is written as PNG. Give --to a name that ends in .png. Received: {target}")
    photo, predictor = decode(_content(options.photo)), load_predictor(model)
    pixels = resize(photo, model.input_size_px)
    probabilities = predictor.predict(pixels[None])[0]
    best = int(probabilities.argmax())
    chosen = best if options.label is None else model.class_names.index(options.label)
    heat = heat_map(predictor, pixels, chosen)
    kept = io.BytesIO()
    laid_over(photo, heat).save(kept, "PNG")
    write_bytes(target, kept.getvalue())
    without = without_hottest(predictor, pixels, chosen, heat)
    outcomes = what_would_change_it(predictor, photo)
    found = {
        "photo": options.photo,
        "model": model.id,
        "label": model.class_names[best],
        "class": model.class_names[chosen],
        "probability": float(probabilities[chosen]),
        "without_hottest_tenth": without,
        "hottest_at": _middle(heat),
        "changes": [
            {"way": each.way, "amount": each.amount, "label": each.label, "sentence": each.sentence}
            for each in outcomes
        ],
        "to": str(target),
    }
    lines = [
        f"{model.class_names[chosen]}: {probabilities[chosen]:.1%}; with the tenth of the photo that counts most "
        f"blurred: {without:.1%}",
        *(outcome.sentence for outcome in outcomes),
        f"Where it looked: {target}",
    ]
    return found, "\n".join(lines)


def _content(photo: str) -> bytes:
    try:
        return Path(photo).read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"There is no photo at {photo}. Give the path of one file.") from error


def _middle(heat: np.ndarray[Any, np.dtype[np.float32]]) -> dict[str, float] | None:
    """The place that counts most, in shares of width and height; None where none does."""
    if not heat.any():
        return None
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    return {"x": round((float(column) + 0.5) / len(heat), 3), "y": round((float(row) + 0.5) / len(heat), 3)}
