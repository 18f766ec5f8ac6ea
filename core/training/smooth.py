"""One number for the latest batches, for a line that people watch."""


class Smooth:
    """The latest batches in one number: an exponential average over about a quarter of a round.

    The first batches count alike, so that the line starts where they are.
    """

    def __init__(self, num_batches: int) -> None:
        self.value = 0.0
        self._window = max(4.0, num_batches / 4)
        self._count = 0

    def add(self, batch: float) -> None:
        """Takes in the number of one batch."""
        self._count += 1
        self.value += (batch - self.value) / min(self._count, self._window)
