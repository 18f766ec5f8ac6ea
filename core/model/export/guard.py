"""Runs a script where nothing can be imported but Python itself, the packages that are named, and what these require.

    python -I guard.py PACKAGE,PACKAGE… SCRIPT ARGUMENT…

It stands alone: of this project nothing else is in the process that runs it.
"""

import re
import runpy
import sys
from collections.abc import Iterable
from importlib.abc import MetaPathFinder
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any


class Guard(MetaPathFinder):
    """Stands before all other finders of modules."""

    def __init__(self, packages: Iterable[str]) -> None:
        self.allowed = {*sys.stdlib_module_names, "__main__"}
        for each in required_by(packages):
            self.allowed |= modules_of(each)

    def find_spec(self, name: str, *_: Any) -> None:
        """None lets the next finder look.

        Raises:
            ModuleNotFoundError: the module is of no package that was named.
        """
        top = name.partition(".")[0]
        if top not in self.allowed and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"No module named {name!r} among the packages that are named", name=name)


def required_by(packages: Iterable[str]) -> list[Distribution]:
    """The packages and all that they require, as they are installed; what is not installed is left out."""
    waiting, found = list(packages), dict[str, Distribution]()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for another system, or another version of Python
            continue
        for requirement in found[name].requires or []:
            needed, _, condition = requirement.partition(";")
            if "extra" not in condition:
                waiting.append(re.split(r"[^A-Za-z0-9._-]", needed.strip())[0])
    return list(found.values())


def modules_of(package: Distribution) -> set[str]:
    """The names under which the files of a package are imported."""
    return {path.parts[0].partition(".")[0] for path in package.files or []}


if __name__ == "__main__":
    named, script = sys.argv[1].split(","), sys.argv[2]
    sys.argv = sys.argv[2:]
    sys.meta_path.insert(0, Guard(named))
    runpy.run_path(script, run_name="__main__")
