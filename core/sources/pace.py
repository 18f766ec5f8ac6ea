"""How fast to ask one host: carefully at first, faster while it answers quickly, slower when it complains."""

from collections import deque
from dataclasses import dataclass, field

from core.sources.items import Item

FIRST_LIMIT = 8  # connections to one host
MAX_LIMIT = 64
QUICK_S = 2.0  # an answer within that, photo included, allows one more at a time
MAX_SILENCES = 16  # photos in a row that a host gave no answer for: it is left alone


@dataclass
class Errand:
    """One photo to fetch, and what it has cost so far."""

    item: Item
    address: str
    left_s: float  # seconds on the wire that remain to it, over all tries
    tries: int = 0


@dataclass
class Lane:
    """The errands to one host. Times are those of the event loop's clock, in seconds."""

    host: str
    waiting: deque[Errand] = field(default_factory=deque)
    in_flight: int = 0
    limit: float = FIRST_LIMIT
    threshold: float = MAX_LIMIT  # below it the limit doubles every round, above it grows by one (as TCP does)
    paused_until: float = 0.0
    cut_at: float = 0.0
    silences: int = 0
    last_words: str = ""
    in_turn: bool = False  # queued for its next errand

    @property
    def given_up(self) -> bool:
        return self.silences >= MAX_SILENCES

    @property
    def why_given_up(self) -> str:
        return f"{self.host} failed {MAX_SILENCES} times in a row and was left alone. The last time: {self.last_words}"

    def may_start(self, now: float) -> bool:
        return self.in_flight < int(self.limit) and now >= self.paused_until

    def answered(self, took_s: float) -> None:
        """Hears of a photo, or of a plain no."""
        self.silences = 0
        if took_s <= QUICK_S:
            self.limit = min(MAX_LIMIT, self.limit + (1 if self.limit < self.threshold else 1 / self.limit))

    def complained(self, started_at: float, now: float, wait_s: float) -> None:
        """Hears that it was too much: halves once for all that was under way, and pauses."""
        self.paused_until = max(self.paused_until, now + wait_s)
        if started_at >= self.cut_at:
            self.cut_at = now
            self.limit = self.threshold = max(1.0, self.limit / 2)

    def kept_silent(self, reason: str) -> None:
        """Hears of a photo that was given up because the host gave no answer, or only complaints."""
        self.silences += 1
        self.last_words = reason
