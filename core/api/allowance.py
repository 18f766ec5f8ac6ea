"""How much one asker may ask for: up to a minute's worth of photos at once, which then comes back."""

import time

MAX_ASKERS = 10_000  # remembered at once: those who have all their allowance back are forgotten


class Allowance:
    """What each asker has left. For one event loop: nothing in it waits."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}  # by asker: how many, and when that was so

    def take(self, asker: str, number: int, per_minute: int) -> float:
        """Takes this many from what an asker has left.

        Args:
            number: more than `per_minute` counts as that many, or it could never be granted.

        Returns:
            0.0, or, if there are not so many left, the seconds until there will be; then nothing is taken.
        """
        now = time.monotonic()
        left = self._left_now(asker, per_minute, now)
        wanted = min(number, per_minute)
        if wanted > left:
            return (wanted - left) * 60 / per_minute
        self._left[asker] = (left - wanted, now)
        if len(self._left) > MAX_ASKERS:
            self._left = {each: at for each, at in self._left.items() if now - at[1] < 60}
        return 0.0

    def _left_now(self, asker: str, per_minute: int, now: float) -> float:
        left, at = self._left.get(asker, (float(per_minute), now))
        return min(float(per_minute), left + (now - at) * per_minute / 60)
