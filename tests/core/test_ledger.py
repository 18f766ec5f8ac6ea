"""What is done of a long piece of work: nothing is lost when it breaks off, and the newest is found at once."""

from pathlib import Path

from core import ledger
from core.ledger import Ledger


def write(path: Path, *numbers: int) -> None:
    kept = Ledger(path)
    for number in numbers:
        kept.add({"number": number})
    kept.close()


def numbers(entries: list[dict]) -> list[int]:
    return [entry["number"] for entry in entries]


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "done.jsonl"
    write(path, 1, 2)
    with path.open("a") as lines:
        lines.write('{"number": 3, "what')  # as if it had been killed in mid-line
    write(path, 4)
    assert numbers(ledger.read(path)) == [1, 2, 4]


def test_the_newest_come_first_and_little_is_read_for_them(tmp_path: Path) -> None:
    path = tmp_path / "done.jsonl"
    write(path, *range(1000))
    assert numbers(ledger.latest(path, 3, 100)) == [999, 998, 997]
    assert numbers(ledger.latest(path, 3, 10)) == [999], "30 bytes hold one whole line"
    assert len(ledger.latest(path, 5000, 100)) == 1000


def test_without_a_file_nothing_is_done(tmp_path: Path) -> None:
    assert ledger.read(tmp_path / "none.jsonl") == [] == ledger.latest(tmp_path / "none.jsonl", 3, 100)


def test_the_first_moments_are_no_measure_of_the_rate(tmp_path: Path, monkeypatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    kept = Ledger(tmp_path / "done.jsonl")
    kept.add({"number": 1})
    assert kept.rate_per_s == 0.0
    now[0] += 4
    kept.add({"number": 2})
    assert kept.rate_per_s == 0.5
    kept.close()
