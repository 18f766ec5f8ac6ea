"""What the verbs of the command line do: each takes the parsed options and returns its JSON and its text."""

from typing import Any

Result = tuple[Any, str]  # what --json prints, and what people read
