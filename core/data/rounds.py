"""What a making in chunks leaves in its dataset's folder: the rows of its source, and what became of each.

`rounds/000/` has all rows: `items/` as they were when it began, a file a chunk, and the plan and the parts of
`core.spread`. Each later start that finds photos that could not be fetched makes another round of those rows alone.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.data.pixels import MADE_WITH_PX
from core.sources.items import Item
from core.spread import Plan, planned, read_plan

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_CHUNK = 1000  # that many photos take 2 s to 6 s, and what one leaves 4 MB
TASK = "core.data.making_in_chunks:make_chunk"
TEXTS = ("source", "label", "part", "group")


def rounds_dir(folder: Path) -> Path:
    """In a dataset's folder."""
    return folder / "rounds"


def is_begun(folder: Path) -> bool:
    """Whether the making of a dataset was begun in chunks."""
    return read_plan(rounds_dir(folder) / "000") is not None


def begin(folder: Path, batches: Iterable[Sequence[Item]]) -> None:
    """Writes down the rows of the source, in order: from here on they are what they were then."""
    shutil.rmtree(rounds_dir(folder), ignore_errors=True)  # of a process that was ended before it had written them all
    _begin_round(folder, 0, ((position, item) for position, item in enumerate(_each(batches))))


def open_rounds(folder: Path) -> list[Plan]:
    """The rounds that are to be gone through, the first first, where a making is begun or goes on.

    Those that were gone through before gave some photos that could not be fetched: these make one more round.
    """
    found = _plans(folder)
    if not any(plan.missing() for plan in found[1:]) and (again := _unreachable(found)):
        rows = ((position, item) for plan in found[:1] for position, item in _rows_at(plan, again))
        found.append(_begin_round(folder, len(found), rows))
    return found


def read_items(folder: Path, number: int) -> list[Item]:
    """The rows of a chunk.

    Args:
        folder: of a round.
        number: of the chunk.
    """
    import pyarrow.parquet as pq

    columns = pq.read_table(_items_path(folder, number)).to_pydict()
    texts = [[None if text is None else _text(text) for text in columns[name]] for name in TEXTS]
    return [Item(*fields) for fields in zip(columns["row"], *texts, strict=True)]


def write_results(path: Path, rows: Sequence[dict[str, Any]], pixels: Sequence[NDArray[np.uint8] | None]) -> None:
    """Writes what became of the rows of a chunk: as `core.data.recording.checked` says it, and what hosts said."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _results_schema()
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in schema.names}
    columns["content_hash"] = [None if key is None else bytes.fromhex(key) for key in columns["content_hash"]]
    columns["pixels"] = [None if each is None else each.tobytes() for each in pixels]
    packed = {name: "NONE" if name == "pixels" else "ZSTD" for name in schema.names}
    said = ["status", "reason"]  # the same on many rows; nothing else is
    pq.write_table(pa.table(columns, schema), path, compression=packed, use_dictionary=said, write_statistics=False)


class Results:
    """What became of all rows, chunk by chunk of the first round, each row as it was last."""

    def __init__(self, folder: Path) -> None:
        """Takes all rounds of a dataset's folder, gone through."""
        self.first, *later = _plans(folder)
        self._last: dict[int, tuple[Path, int]] = {}  # by position: a part of a later round, and where in it
        for plan in later:
            for number in range(len(plan)):
                if plan.part(number).exists():
                    for place, position in enumerate(_positions(plan, number)):
                        self._last[position] = (plan.part(number), place)

    def items(self, number: int) -> list[Item]:
        """The rows of a chunk."""
        return read_items(self.first.folder, number)

    def table(self, number: int, columns: Sequence[str]) -> "pa.Table":
        """What became of the rows of a chunk, in their order: columns as `write_results` writes them."""
        import pyarrow as pa

        chunk, found = self.first.chunk(number), _read_part(self.first.part(number), tuple(columns))
        places = np.arange(len(found))
        for position in range(chunk.start, chunk.stop) if self._last else ():
            if position in self._last:
                path, place = self._last[position]
                places[position - chunk.start] = len(found)
                found = pa.concat_tables([found, _read_part(path, tuple(columns)).slice(place, 1)])
        return found if len(found) == len(places) else found.take(places)


def pixels_of(table: "pa.Table") -> NDArray[np.uint8]:
    """The small pixels in the results of N rows, black where there is no photo. Shape (N, S, S, 3)."""
    import pyarrow.compute as pc

    black = bytes(MADE_WITH_PX**2 * 3)
    joined = b"".join(pc.fill_null(table["pixels"], black).to_pylist())
    return np.frombuffer(joined, np.uint8).reshape(-1, MADE_WITH_PX, MADE_WITH_PX, 3)


def statuses(part: Path) -> list[str]:
    """What became of the rows of a chunk, in a word each."""
    return [str(status) for status in _read_part(part, ("status",))["status"].to_pylist()]


def newest_hashes(folder: Path, count: int) -> list[str]:
    """Hashes of some photos of the chunk that came last, so that people see them arrive."""
    parts = [(path.stat().st_mtime, path) for plan in _plans(folder) for path in (plan.folder / "parts").glob("[0-9]*")]
    if not parts:
        return []
    hashes = _read_part(max(parts)[1], ("content_hash",))["content_hash"].drop_null()
    return [content_hash.hex() for content_hash in reversed(hashes.to_pylist()[-count:])]


def _plans(folder: Path) -> list[Plan]:
    found = (read_plan(path) for path in sorted(rounds_dir(folder).glob("[0-9]*")))
    return [plan for plan in found if plan is not None]


def _begin_round(folder: Path, number: int, rows: Iterable[tuple[int, Item]]) -> Plan:
    """Writes the items of a round, and when they are all there, its plan."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    round_dir = rounds_dir(folder) / f"{number:03d}"
    (round_dir / "items").mkdir(parents=True, exist_ok=True)
    schema = pa.schema({"position": pa.int64(), "row": pa.int64(), **dict.fromkeys(TEXTS, pa.binary())})
    total = 0
    for chunk, batch in enumerate(_in_batches(rows, ROWS_PER_CHUNK)):
        columns: dict[str, list[Any]] = {name: [_bytes(getattr(item, name)) for _, item in batch] for name in TEXTS}
        columns |= {"position": [position for position, _ in batch], "row": [item.row for _, item in batch]}
        pq.write_table(pa.table(columns, schema), _items_path(round_dir, chunk), compression="ZSTD")
        total += len(batch)
    return planned(round_dir, TASK, {"dataset_id": folder.name, "round_number": number}, total, ROWS_PER_CHUNK)


def _unreachable(plans: Sequence[Plan]) -> list[int]:
    """Positions of rows whose photo could not be fetched the last time, in order."""
    found: set[int] = set()
    for plan in plans:
        for number in sorted({*range(len(plan))} - {*plan.missing()}):
            came = statuses(plan.part(number))
            if plan.folder.name == "000" and "unreachable" not in came:
                continue
            for position, status in zip(_positions(plan, number), came, strict=True):
                (found.add if status == "unreachable" else found.discard)(position)
    return sorted(found)


def _rows_at(plan: Plan, positions: Sequence[int]) -> Iterator[tuple[int, Item]]:
    number, items = -1, list[Item]()
    for position in positions:
        if position // plan.per_chunk != number:
            number = position // plan.per_chunk
            items = read_items(plan.folder, number)
        yield position, items[position % plan.per_chunk]


def _positions(plan: Plan, number: int) -> list[int]:
    import pyarrow.parquet as pq

    found: list[int] = pq.read_table(_items_path(plan.folder, number), columns=["position"])["position"].to_pylist()
    return found


@lru_cache(maxsize=2)
def _read_part(path: Path, columns: tuple[str, ...]) -> "pa.Table":
    import pyarrow.parquet as pq

    return pq.ParquetFile(path).read(list(columns), use_threads=False)


def _results_schema() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema(
        {
            **{"status": pa.string(), "reason": pa.string()},
            **{"content_hash": pa.binary(32), "perceptual_hash": pa.string()},
            **dict.fromkeys(("width", "height", "bytes"), pa.int64()),
            **{"etag": pa.string(), "last_modified": pa.string(), "length": pa.int64()},
            "pixels": pa.binary(MADE_WITH_PX**2 * 3),
        }
    )


def _items_path(round_dir: Path, number: int) -> Path:
    return round_dir / "items" / f"{number:06d}.parquet"


def _each(batches: Iterable[Sequence[Item]]) -> Iterator[Item]:
    for batch in batches:
        yield from batch


def _in_batches(rows: Iterable[tuple[int, Item]], size: int) -> Iterator[list[tuple[int, Item]]]:
    held: list[tuple[int, Item]] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


def _bytes(text: str | None) -> bytes | None:
    """Also of a file name that is no text at all."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")
