"""What a source is: rows that each name a photo, and bytes or a reason for every one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Part = Literal["train", "validation", "test"]
FailureStatus = Literal[
    "unreachable",  # the address does not answer, or answers with an error: worth another try later
    "refused",  # an address that is not fetched on purpose: private, or of another kind
    "not_an_image",
    "too_large",
    "damaged",
    "no_address",  # the row names no photo
    "no_label",  # the row names no class
]


@dataclass(frozen=True)
class Item:
    """One row of a source."""

    row: int  # of a table the sheet's own row number (the header is row 1), else 1..N; unique within the source
    source: str  # an address, a path inside the archive or folder, or "dress/00012" for drawings
    label: str  # as written; empty if the row has none
    part: str | None = None  # a `Part` when the source itself says so
    group: str | None = None  # photos of one group belong in one part


@dataclass(frozen=True)
class Failure:
    """Why a row has no photo."""

    status: FailureStatus
    reason: str  # a sentence for people: what happened and what to do


@dataclass(frozen=True)
class Version:
    """What a host says of the file behind an address, so that one can ask later whether it is still the same."""

    etag: str = ""
    last_modified: str = ""  # as it was said: it is given back, never read
    length: int | None = None  # bytes on the wire, where the host says so beforehand

    def is_still(self, other: "Version") -> bool:
        """Whether the host shows the file that it showed before.

        Another length is another file. Else one sign that is equal will do (the hosts behind one name often give the
        same file different tags), and a length alone only where there is no other sign.
        """
        lengths = None not in (self.length, other.length)
        if lengths and self.length != other.length:
            return False
        signs = [(_weak(self.etag), _weak(other.etag)), (self.last_modified, other.last_modified)]
        known = [(mine, theirs) for mine, theirs in signs if mine and theirs]
        return any(mine == theirs for mine, theirs in known) if known else lengths


Keep = Callable[[Item, bytes | Failure], None]  # called from worker threads, several at a time
KeepNews = Callable[[Item, bytes | Failure | None], None]  # the same; None: what is there is what was there before
Heard = Callable[[Item, Version], None]  # called before the photo is kept
Stop = Callable[[], bool]
Progress = Callable[[str, int, int], None]  # stage, done, total (0 when it is not known)


def _weak(etag: str) -> str:
    """A tag without the mark of those that promise only about the same bytes (RFC 9110, section 8.8.3)."""
    return etag.removeprefix("W/")


class Source(Protocol):
    """Where photos come from. `deliver` needs no earlier `items`: a making that broke off brings its own."""

    def items(self) -> list[Item]:
        """Every row, also the hopeless ones (no address, no label): `deliver` gives those a `Failure`."""
        ...

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Calls `keep` exactly once for each of `items`, in any order, unless `stop()` turns true.

        What `keep` raises ends the delivery and is raised here.
        """
        ...
