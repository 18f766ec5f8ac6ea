"""What a person chose of a table: which sheet, and which column is what."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Choice:
    """What a person chose of a table. None takes the guess; a part or group column "" means that there is none."""

    image_column: str | None = None
    label_column: str | None = None
    part_column: str | None = None
    group_column: str | None = None
    sheet: str | None = None  # of an Excel file

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> "Choice":
        """The choice in a spec, which has it under the same names."""
        return cls(**{field.name: spec.get(field.name) for field in fields(cls)})
