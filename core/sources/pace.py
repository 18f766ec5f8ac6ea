"""How fast to ask one host: carefully at first, faster while it answers quickly, slower when it complains."""

from collections import deque
from dataclasses import dataclass, field

from core.sources.items import Failure, Item

FIRST_LIMIT = 8  # connections to one host
MAX_LIMIT = 64
QUICK_S = 2.0  # an answer within that, photo included, allows one more at a time
TROUBLE = 4  # silences in a row: it is the host or the network, not the photos
TROUBLE_PAUSE_S = 1.0
MAX_SILENCES = 16  # in a row, after which a host is left alone, unless it answered a moment ago
DROPOUT_S = 15.0  # how long a network may be away
PATIENCE_S = 300.0  # how long a host may do nothing but complain


@dataclass
class Errand:
    """One photo to fetch, and what it has cost so far."""

    item: Item
    address: str
    left_s: float  # seconds on the wire that remain to it, over all tries
    tries: int = 0
    answer: Failure | None = None  # what the host said the last time, if it did say anything


@dataclass
class Lane:
    """The errands to one host. Times are those of the event loop's clock, in seconds."""

    host: str
    waiting: deque[Errand] = field(default_factory=deque)
    in_turn: bool = False  # queued for its next errand
    in_flight: int = 0
    limit: float = FIRST_LIMIT
    most: float = MAX_LIMIT  # that the limit grows to
    threshold: float = MAX_LIMIT  # below it the limit doubles every round, above it grows by one (as TCP does)
    paused_until: float = 0.0
    cut_at: float = 0.0
    asked_at: float | None = None  # first
    answered_at: float | None = None  # last, with a photo or a plain no
    silences: int = 0  # since then
    complaints: int = 0  # since then
    last_words: str = ""

    @classmethod
    def shared(cls, host: str, share: float) -> "Lane":
        """A lane that has a share, above 0 and up to 1, of what may be asked of a host; a connection at least."""
        first, most = max(1.0, FIRST_LIMIT * share), max(1.0, MAX_LIMIT * share)
        return cls(host, limit=first, most=most, threshold=most)

    @property
    def in_trouble(self) -> bool:
        return self.silences >= TROUBLE

    @property
    def is_away(self) -> bool:
        """Whether a host that did answer has fallen silent: the network may be gone for a moment."""
        return self.in_trouble and self.answered_at is not None

    def may_start(self, now: float) -> bool:
        return self.in_flight < int(self.limit) and now >= self.paused_until

    def gave_up(self, now: float) -> bool:
        """Whether to leave the host alone for good: it never answered, or has not for long."""
        if self.silences >= MAX_SILENCES and (self.answered_at is None or now - self.answered_at > DROPOUT_S):
            return True
        since = self.answered_at or self.asked_at or now
        return self.silences + self.complaints > 0 and now - since > PATIENCE_S

    def why_gave_up(self) -> str:
        return f"{self.host} failed many times in a row and was left alone. The last time: {self.last_words}"

    def answered(self, now: float, took_s: float) -> None:
        """Hears of a photo, or of a plain no."""
        self.silences = self.complaints = 0
        self.answered_at = now
        if took_s <= QUICK_S:
            self.limit = min(self.most, self.limit + (1 if self.limit < self.threshold else 1 / self.limit))

    def complained(self, now: float, started_at: float, pause_s: float, words: str) -> None:
        """Hears that it was too much: halves once for all that was under way, and pauses."""
        self.silences = 0
        self.complaints += 1
        self.last_words = words
        self.paused_until = max(self.paused_until, now + pause_s)
        if started_at >= self.cut_at:
            self.cut_at = now
            self.limit = self.threshold = max(1.0, self.limit / 2)

    def broke_off(self) -> None:
        """Hears of an answer that ended in its middle: that says nothing of the next, but that the host is there."""
        self.silences = 0

    def kept_silent(self, now: float, words: str) -> None:
        """Hears that there was no answer."""
        self.silences += 1
        self.last_words = words
        if self.in_trouble:
            self.paused_until = max(self.paused_until, now + TROUBLE_PAUSE_S)
