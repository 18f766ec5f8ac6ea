"""What can be wrong with a dataset, and what can be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal[
    "leaks",  # nearly one picture in the test part and in what is learned from, or watched with
    "two_labels",  # nearly one picture under several labels
    "suspects",  # photos that a training took for another class
    "placeholders",  # what hosts show in place of photos that are gone
    "labels_alike",  # labels that differ only in how they are written
    "near_duplicates",  # nearly one picture, several times, under one label and in one part
    "one_colour",
    "blurred",
    "dark",
    "bright",
    "tiny",
    "odd_shape",
    "small_classes",
    "imbalance",
    "unreadable",  # rows that gave no photo, and photos whose file is gone or damaged
    "exact_duplicates",  # set aside when the dataset was made
]
KINDS: tuple[Kind, ...] = get_args(Kind)  # worst first
COPIES: tuple[Kind, ...] = ("leaks", "two_labels", "near_duplicates")
ALONE: tuple[Kind, ...] = ("one_colour", "blurred", "dark", "bright", "tiny", "odd_shape")  # each photo by itself

Remedy = Literal["leave_out", "keep_one", "move", "relabel", "merge"]
REMEDIES: dict[Kind, tuple[Remedy, ...]] = {  # the recommended one first
    "leaks": ("keep_one", "move"),
    "two_labels": ("relabel", "keep_one", "leave_out"),
    "suspects": ("relabel", "leave_out"),
    "placeholders": ("leave_out",),
    "labels_alike": ("merge",),
    "near_duplicates": ("keep_one",),
    **dict.fromkeys(ALONE, ("leave_out",)),
    "small_classes": (),
    "imbalance": (),
    "unreadable": ("leave_out",),
    "exact_duplicates": (),
}
NAMING: tuple[Remedy, ...] = ("relabel", "merge")  # these take a label


@dataclass(frozen=True)
class Finding:
    """One thing that was found in a dataset. Positions are those in its manifest as made."""

    kind: Kind
    groups: tuple[tuple[int, ...], ...] = ()  # photos that belong together, the one to keep first; or one photo each
    sure: tuple[float, ...] = ()  # 0 to 1, of each group; surest first
    labels: tuple[str | None, ...] = ()  # what each group is offered as, where the kind has offers
    classes: tuple[str, ...] = ()  # the labels it is about; of labels_alike: the one to keep, the other
    facts: Mapping[str, Any] = field(default_factory=dict)  # numbers for the words: JSON values

    @property
    def photos(self) -> int:
        """How many photos it is about."""
        return len({position for group in self.groups for position in group})

    def label(self, group: int) -> str | None:
        """What a group is offered as."""
        return self.labels[group] if group < len(self.labels) else None

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "kind": self.kind,
            "groups": [[*group] for group in self.groups],
            "sure": [*self.sure],
            "labels": [*self.labels],
            "classes": [*self.classes],
            "facts": {**self.facts},
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Finding":
        """Reads what `to_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        if said["kind"] not in KINDS:
            raise ValueError(f"No kind of finding. Received: {said['kind']}")
        return cls(
            kind=said["kind"],
            groups=tuple(tuple(int(position) for position in group) for group in said.get("groups", ())),
            sure=tuple(float(each) for each in said.get("sure", ())),
            labels=tuple(said.get("labels", ())),
            classes=tuple(said.get("classes", ())),
            facts=dict(said.get("facts", {})),
        )
