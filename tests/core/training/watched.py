"""A stand-in for `core.work.Work`, where a test needs no job."""

from dataclasses import dataclass, field

from core.work import Stopped


@dataclass
class Watched:
    """Stands for a job; asked to stop after so many looks."""

    looks: int = 10**9
    told: list[tuple[str, int, int]] = field(default_factory=list)

    def check_stop(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Stopped

    def progress(self, stage: str, done: int, total: int) -> None:
        self.told.append((stage, done, total))
