"""`dataset look`: what was understood of a source and what is wrong with it, before a photo is fetched."""

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.commands import Result
from core.errors import LabelNotFound, SourceNotUnderstood
from core.sources import archives, open_source, spec_from_text
from core.sources.catalogue import CatalogueSource
from core.sources.choice import Choice
from core.sources.doctor import examine, too_many
from core.sources.findings import Finding, listed, quoted, said_rows
from core.sources.items import Source
from core.sources.labels import as_mapping, merged_counts, merges, tidy
from core.sources.sheets import Table, TableSurvey
from core.sources.tables import TableSource, photo_finder

SEVERITY = {"stops": "Nothing can come of it", "loses rows": "Set aside", "look": "Worth a look"}


def look(options: Any) -> Result:
    """Reads a table (of a catalogue its first rows), or the names of the files in an archive or a folder; no photo."""
    spec = spec_from_text(options.source)[0] | chosen(options)
    choice = Choice.of(spec)
    source = _opened(spec)
    merge = merge_of(options, source)
    counted: TableSurvey | archives.Survey
    if isinstance(source, TableSource | CatalogueSource):
        seen, base_dir, address = _seen(source)
        table: Table | None = seen
        counted = seen.survey(choice.image_column, choice.label_column, choice.part_column, choice.group_column)
        findings = examine(seen, choice, photo_finder(base_dir), address, merge)
    else:
        counted = archives.survey(Path(spec["path"]), choice, merge)
        table, findings = counted.table, list(counted.findings)
    classes = merged_counts(counted.classes, merge)
    result = {
        "source": options.source,
        "rows": counted.rows if isinstance(counted, TableSurvey) else counted.photos,
        "of_rows": source.catalogue.num_rows if isinstance(source, CatalogueSource) else None,
        "table": None if table is None else _table(table, choice),
        "classes": classes,
        "parts": counted.parts,
        "groups": counted.groups,
        "merges": [asdict(offer) for offer in ([] if too_many(classes) else merges(classes))],
        "findings": [asdict(finding) for finding in findings],
    }
    return result, "\n".join([*_understood(result), *map(_line, findings)])


def _seen(source: TableSource | CatalogueSource) -> tuple[Table, Path | None, str]:
    """A table, where photos named by their files lie, and its address; of a catalogue the first rows."""
    if isinstance(source, TableSource):
        return source.table, source.base_dir, source.address
    return source.catalogue.head, source.catalogue.base_dir, ""


def chosen(options: Any) -> dict[str, str]:
    """What the options say of the columns and the sheet, for a spec."""
    required = {name: getattr(options, name) for name in ("image_column", "label_column", "sheet")}
    optional = {name: getattr(options, name) for name in ("part_column", "group_column")}
    return {name: value for name, value in required.items() if value} | {
        name: value
        for name, value in optional.items()
        if value is not None  # "" says that there is none
    }


def renaming(text: str) -> tuple[str, str]:
    """What `--merge "t-shirt=T-Shirt"` says: a label, and the one that it becomes."""
    label, _, target = text.partition("=")
    if not tidy(label) or not tidy(target):
        raise argparse.ArgumentTypeError(f"it takes two labels, as in t-shirt=T-Shirt (received: {text})")
    return tidy(label), tidy(target)


def merge_of(options: Any, source: Source) -> dict[str, str]:
    """The labels to be renamed, as `merge` of a spec: those that are offered, if they are taken, and those typed.

    Raises:
        LabelNotFound: a label to be renamed stands nowhere.
        SourceError: as `source.items()`.
    """
    if not options.merge and not options.merge_alike:
        return {}
    if isinstance(source, CatalogueSource):
        labels = source.labels()
    else:
        labels = Counter(item.label for item in source.items() if item.label)
    typed = dict(options.merge or [])
    if unknown := [label for label in typed if label not in labels]:
        raise LabelNotFound(f"No row has the label {quoted(unknown)}. There are: {quoted(sorted(labels), 20)}.")
    offered = as_mapping(merges(labels)) if options.merge_alike else {}
    return {label: typed.get(target, target) for label, target in offered.items()} | typed


def merge_for(options: Any, spec: dict[str, Any]) -> dict[str, str]:
    """As `merge_of`, of a source that is not open yet."""
    return merge_of(options, _opened(spec)) if options.merge or options.merge_alike else {}


def _opened(spec: dict[str, Any]) -> Source:
    if spec["kind"] not in ("table", "catalogue", "archive", "folder"):
        raise SourceNotUnderstood(
            f"A sample has no columns to look at and no labels to merge. Add it as it is. Received: {spec['kind']}"
        )
    return open_source(spec)


def _table(table: Table, choice: Choice) -> dict[str, Any]:
    meant = table.meant(choice)
    columns = ("image_column", "label_column", "part_column", "group_column")
    return {name: getattr(meant, name) or None for name in columns} | {
        "columns": table.columns,
        "header_row": table.header_row,
        "sheet": table.sheet,
        "sheets": list(table.sheets),
    }


def _understood(result: dict[str, Any]) -> list[str]:
    """340 rows, 8 classes; which column is what; and the size of each class."""
    table, parts = result["table"], result["parts"]
    lines = [f"{result['rows']:,} rows, {len(result['classes']):,} classes"]
    if table:
        names = {"photos": "image_column", "labels": "label_column", "parts": "part_column", "groups": "group_column"}
        named = [f"{what} in “{table[name]}”" for what, name in names.items() if table[name]]
        where = f"the header is row {table['header_row']}" if table["header_row"] else "no header"
        where = where if result["of_rows"] is None else f"the first of {result['of_rows']:,} rows"
        sheet = [f"sheet “{table['sheet']}”"] if table["sheet"] else []
        lines.append(", ".join([*sheet, where, *named]))
    if parts:
        lines.append(f"parts: {listed([f'{rows:,} {part}' for part, rows in parts.items()])}")
    if result["groups"]:
        lines.append(f"groups: {result['groups']:,}")
    return lines + [f"  {label:20} {rows:6,}" for label, rows in result["classes"].items()]


def _line(finding: Finding) -> str:
    where = f" ({said_rows(finding.rows)})" if finding.rows else ""
    return f"{SEVERITY[finding.severity]}: {finding.sentence}{where}"
