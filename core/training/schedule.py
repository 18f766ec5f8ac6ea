"""How many rounds, and how large each step is: a plan that a time budget may change on the way."""

import math
from collections.abc import Sequence

from core.training.recipe import Recipe

MOST_ROUNDS = 1000  # with a time budget
MARGIN = 0.97  # of the budget that the rounds may take: the last one must end within it


class Plan:
    """The rounds to go and the learning rate of each step.

    With a cosine the rate rises in a straight line while it warms up, then falls to 0 along half a cosine, after
    I. Loshchilov and F. Hutter, "SGDR", 2017, without restarts.
    """

    def __init__(self, recipe: Recipe, num_batches: int) -> None:
        self.epochs = MOST_ROUNDS if recipe.minutes else recipe.epochs
        self.num_batches = num_batches
        self._recipe = recipe

    @property
    def budget_s(self) -> float | None:
        """Seconds that the learning may take, or None."""
        return 60 * self._recipe.minutes or None

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0 over all rounds."""
        recipe = self._recipe
        warmup = recipe.warmup_epochs * self.num_batches
        if step < warmup:
            return recipe.learning_rate * (step + 1) / (warmup + 1)
        if recipe.schedule == "constant":
            return recipe.learning_rate
        rounds = recipe.epochs if recipe.minutes and self.epochs == MOST_ROUNDS else self.epochs
        done = (step - warmup) / max(1.0, rounds * self.num_batches - warmup)
        return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))

    def fit_to_budget(self, seconds: Sequence[float]) -> bool:
        """With a time budget, plans as many rounds as fit at the pace of the finished ones.

        Args:
            seconds: what each finished round took, validation included.

        Returns:
            Whether the number of rounds has changed.
        """
        if self.budget_s is None or not seconds:
            return False
        before = self.epochs
        pace = sum(seconds[-3:]) / len(seconds[-3:])
        left = MARGIN * self.budget_s - sum(seconds)
        self.epochs = min(MOST_ROUNDS, len(seconds) + max(0, int(left / pace)))
        return self.epochs != before
