"""Two trainings side by side: what differed in the recipe, and what changed in the result."""

from core.training.runs import Run


def side_by_side(one: Run, other: Run) -> None:
    """Two runs, the first on the left."""
