"""What the coach says of a training, and what one could do about it."""

from core.training.coach import say
from core.training.live import Live
from core.training.recipe import Recipe


def advice(now: Live, recipe: Recipe) -> str:
    """What to do about how it goes, in a sentence; empty while there is nothing to do."""
    if now.phase != "learning" or not now.epoch_rows:
        return ""
    return say(now.epoch_rows, recipe).advice


def joined(*sentences: str) -> str:
    """Sentences as one line."""
    return " ".join(sentence for sentence in sentences if sentence)
