"""What the verbs of the command line do: each takes the parsed options and returns its JSON and its text."""

from typing import Any

from core import trash
from core.errors import NotFound
from core.model import bundle

Result = tuple[Any, str]  # what --json prints, and what people read


def chosen_model(options: Any) -> bundle.Model:
    """The model that `--model` names, else the one in use.

    Raises:
        NotFound: there is none.
        ModelUnreadable: as `core.model.bundle.load_model`.
    """
    model = bundle.load_model(options.model) if options.model else bundle.default_model()
    if model is None:
        raise NotFound("There is no model yet. Teach one first: train DATASET")
    return model


def way_back(restore: str, token: str) -> str:
    """What to say of a thing that was deleted.

    Args:
        restore: the verb that brings such a thing back.
        token: that it takes; "" if there is no way back.
    """
    return f"For {trash.KEPT_DAYS} days it can come back: {restore} {token}" if token else "It is gone for good."
