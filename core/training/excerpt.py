"""Takes what a training needs out of the app's own code, so that an exported script learns as the app does.

It reads source files and runs nothing of them. Of a function only what the recipe makes it do is kept.
"""

import ast
import importlib.util
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.training.pruning import decided

OURS = "core"
HEAVY = (OURS, "keras", "tensorflow", "cv2")  # what our functions import by themselves; a script does so at its head
FOR_CHECKERS = re.compile(r" *# (noqa|type: ignore).*")  # comments that only our own tools read
Origin = tuple[str, str]  # module and name; the name is "" where it is the module itself


class Excerpt:
    """Pieces of code, each once, and what they import from elsewhere."""

    def __init__(self, facts: Mapping[str, Any], left_out: Collection[str] = (), given: Collection[str] = ()) -> None:
        """Begins with nothing.

        Args:
            facts: what is known of expressions: {"recipe.mixup": 0.0}.
            left_out: methods of classes that a script does not need.
            given: names that it has already.
        """
        self.imports: set[str] = set()
        self._facts, self._left_out = facts, left_out
        self._taken = dict.fromkeys(given, "")  # the module of each name

    def take(self, module: str, *names: str) -> str:
        """The source of these, and of all of ours that they need and no earlier call gave.

        Constants come first, then classes, then functions, those that are called below those that call them.

        Raises:
            ValueError: two pieces of different modules have one name, which a script has room for once.
        """
        constants: list[str] = []
        classes: list[str] = []
        functions: list[str] = []
        for name in names:
            self._take(module, name, constants, classes, functions)
        return "\n\n\n".join([*(["\n".join(constants)] if constants else []), *classes, *functions])

    def _take(self, module: str, name: str, constants: list[str], classes: list[str], functions: list[str]) -> None:
        if name in self._taken:
            if self._taken[name] not in (module, ""):
                raise ValueError(f"Both {self._taken[name]} and {module} have a {name}: give one another name.")
            return
        self._taken |= dict.fromkeys(together(module, name), module)
        source, ours, imports = _piece(module, name, self._facts, self._left_out)
        is_function = source.startswith("def ")
        is_class = not is_function and re.search(r"^class ", source, re.MULTILINE) is not None
        if not is_function and not is_class:
            is_function = re.search(r"^def ", source, re.MULTILINE) is not None
        self.imports |= imports
        if is_function:
            functions.append(source)
        for other_module, other in ours:
            self._take(other_module, other, constants, classes, functions)
        if not is_function:
            (classes if is_class else constants).append(source)


def together(module: str, name: str) -> list[str]:
    """The names that one statement defines, as in `ORDER, SHARE = range(2)`."""
    definitions = _module(module).definitions
    return [other for other, node in definitions.items() if node is definitions[name]]


def source_of(module: str, name: str) -> str:
    """A definition as it is written, with the comment above it."""
    return _source(_module(module), name)


@dataclass(frozen=True)
class _Module:
    """A source file: its top-level definitions, and where the other names come from."""

    lines: list[str]
    definitions: dict[str, ast.stmt]
    imported: dict[str, Origin]


@cache
def _module(name: str) -> _Module:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ValueError(f"There is no module {name}.")
    text = Path(spec.origin).read_text("utf-8")
    definitions: dict[str, ast.stmt] = {}
    imported: dict[str, Origin] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            definitions[node.targets[0].id] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            definitions |= {target.id: node for target in node.targets[0].elts if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            definitions[node.target.id] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imported |= _imported(node)
    return _Module(text.splitlines(), definitions, imported)


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, Origin]:
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: (alias.name, "") for alias in node.names}
    return {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}


def _from(node: ast.Import | ast.ImportFrom) -> str:
    return node.names[0].name if isinstance(node, ast.Import) else node.module or ""


def _piece(
    module: str, name: str, facts: Mapping[str, Any], left_out: Collection[str]
) -> tuple[str, list[Origin], set[str]]:
    """The source of a definition as the facts leave it, what of ours it needs, and what it imports."""
    found = _module(module)
    imported = dict(found.imported)
    source = _without_imports(decided(_source(found, name), facts, left_out), imported)
    ours: list[Origin] = []
    imports: set[str] = set()
    for owner, attribute in _attributes(source):
        if owner in imported and _is_module_of_ours(imported[owner]):
            source = re.sub(rf"\b{owner}\.{attribute}\b", attribute, source)
            ours.append((".".join(imported[owner]), attribute))
    for used in _names(source):
        origin = imported.get(used)
        if used in found.definitions and used != name:
            ours.append((module, used))
        elif origin is not None and origin[0].split(".")[0] == OURS:
            ours.append(origin)
        elif origin is not None:
            imports.add(_statement(used, *origin))
    return source, ours, imports


def _source(module: _Module, name: str) -> str:
    node = module.definitions[name]
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    while first > 1 and module.lines[first - 2].startswith("#"):
        first -= 1
    return "\n".join(FOR_CHECKERS.sub("", line) for line in module.lines[first - 1 : node.end_lineno])


def _without_imports(source: str, imported: dict[str, Origin]) -> str:
    """Takes imports out of functions, for the head of the script; `imported` gets to know them."""
    lines: list[str | None] = list(source.splitlines())
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom) and _from(node).split(".")[0] in HEAVY:
            imported |= _imported(node)
            end = node.end_lineno or node.lineno
            blank_follows = end < len(lines) and lines[end] == ""
            lines[node.lineno - 1 : end + blank_follows] = [None] * (end + blank_follows - node.lineno + 1)
    return "\n".join(line for line in lines if line is not None)


def _is_module_of_ours(origin: Origin) -> bool:
    """Whether this is a module, as in `from core.training import augment`, and no name in one."""
    module, name = origin
    spec = importlib.util.find_spec(module) if module.split(".")[0] == OURS else None
    return spec is not None and spec.submodule_search_locations is not None and bool(name)


def _statement(alias: str, module: str, name: str) -> str:
    if name:
        return f"from {module} import {name}" + (f" as {alias}" if alias != name else "")
    return f"import {module}" + (f" as {alias}" if alias != module else "")


def _attributes(source: str) -> list[tuple[str, str]]:
    found = [
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    return list(dict.fromkeys(found))


def _names(source: str) -> list[str]:
    """Names that are looked up, those that a function gives itself left out, in the order of their place."""
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    looked_up = [node for node in names if isinstance(node.ctx, ast.Load) and node.id not in own]
    looked_up.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in looked_up))
