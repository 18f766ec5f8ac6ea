"""Files that were published with their size and digest: downloaded once, taken up where it broke off, and checked."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import DownloadFailed
from core.locks import locked
from core.settings import MAX_ARCHIVE_BYTES
from core.sources.items import Progress


@dataclass(frozen=True)
class PublishedFile:
    """What is known of a file before it comes."""

    name: str
    size_bytes: int
    sha256: str  # hexadecimal


def fetch_published(
    files: Sequence[tuple[str, PublishedFile]], folder: Path, progress: Progress | None = None
) -> list[Path]:
    """Makes sure that files are in a folder, whole and as they were published.

    Args:
        files: each with its address.
        folder: made if missing; what lies there already and is right is not fetched again.
        progress: called as ("download", bytes done, bytes of all files); what it raises ends the download, and what
            has come until then stays.

    Returns:
        Their paths, in the same order.

    Raises:
        DownloadFailed: no answer, or another file than the one that was published.
    """
    total = sum(file.size_bytes for _, file in files)
    before = 0

    def told(done: int) -> None:
        if progress is not None:
            progress("download", before + done, total)

    for address, file in files:
        if not _is_right(folder / file.name, file):
            with alone(folder, told):
                if not _is_right(folder / file.name, file):
                    _download(address, file, folder, told)
        before += file.size_bytes
    return [folder / file.name for _, file in files]


@contextlib.contextmanager
def alone(folder: Path, told: Callable[[int], None]) -> Iterator[None]:
    """Downloads into a folder one at a time: if somebody else does so right now, that is waited for.

    Args:
        folder: made if missing.
        told: called now and then while waiting; what it raises ends that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        with locked(folder / ".lock", patience_s=0.5) as ours:
            if ours:
                yield
                return
        told(0)


def _download(address: str, file: PublishedFile, folder: Path, told: Callable[[int], None]) -> None:
    from core.sources.web import go_on_downloading

    part = folder / f".{file.name}.part"
    goes_on = part.exists()

    def listen(stage: str, done: int, total: int) -> None:
        if done > file.size_bytes or total not in (0, file.size_bytes):
            part.unlink()
            raise DownloadFailed(_other_file(address, file, f"{max(done, total):,} bytes or more"))
        told(done)

    already = part.stat().st_size if goes_on else 0
    if already < file.size_bytes:
        told(already)
        go_on_downloading(address, part, MAX_ARCHIVE_BYTES, listen)
    if _is_right(part, file):
        os.replace(part, folder / file.name)
        return
    came = f"{part.stat().st_size:,} bytes"
    part.unlink()
    if not goes_on:
        raise DownloadFailed(_other_file(address, file, came))
    _download(address, file, folder, told)  # what was there from an earlier time may have been wrong


def _is_right(path: Path, file: PublishedFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.size_bytes:
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _other_file(address: str, file: PublishedFile, came: str) -> str:
    return (
        f"What {address} gives is not {file.name} as it was published ({file.size_bytes:,} bytes, SHA-256 "
        f"{file.sha256[:12]}…): it was cut off or changed on its way. Nothing of it is used. Received: {came}"
    )
