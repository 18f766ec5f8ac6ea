"""One number for the latest batches, for a line that people watch."""


class Smooth:
    """The latest batches in one number that does not jump where a round begins, as Keras' mean over the round does.

    An exponential average over about a quarter of a round; the first batches count alike.
    """

    def __init__(self, num_batches: int) -> None:
        self.value = 0.0
        self._window = max(4.0, num_batches / 4)
        self._count = 0
        self._mean = 0.0

    def add(self, batch: int, mean: float) -> None:
        """Takes in a batch: its number within the round, and the mean of the round so far."""
        own = mean * (batch + 1) - self._mean * batch if batch else mean
        self._mean = mean
        self._count += 1
        self.value += (own - self.value) / min(self._count, self._window)
