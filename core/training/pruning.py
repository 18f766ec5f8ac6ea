"""Python source with what is known already decided: conditions, and what is left without a use.

It works on lines, so that comments and the way that code is written stay as they are.
"""

import ast
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

UNKNOWN = object()
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, items: operator.contains(items, item),
}


def decided(source: str, facts: Mapping[str, Any], left_out: Collection[str] = ()) -> str:
    """Source with every condition decided that the facts decide.

    Args:
        source: definitions that can be parsed by themselves.
        facts: values of expressions as they are written: {"recipe.mixup": 0.0}. An argument that is known to be None
            goes, if it is given by name.
        left_out: methods that go.
    """
    known = dict(facts)
    for node in reversed([each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)]):
        if node.name in left_out and node.col_offset:
            source = _without(source.splitlines(), node, node)
    while (shorter := _one_step(source, known)) != source:
        source = shorter
    return source


def value_of(node: ast.expr, facts: Mapping[str, Any]) -> Any:
    """The value of an expression, or `UNKNOWN`."""
    written = ast.unparse(node)
    if written in facts:
        return facts[written]
    match node:
        case ast.Constant():
            return node.value
        case ast.UnaryOp(op=ast.Not()):
            inner = value_of(node.operand, facts)
            return UNKNOWN if inner is UNKNOWN else not inner
        case ast.BoolOp():
            ends = isinstance(node.op, ast.Or)  # one True decides "or", one False decides "and"
            values = [value_of(each, facts) for each in node.values]
            if any(value is not UNKNOWN and bool(value) is ends for value in values):
                return ends
            return UNKNOWN if UNKNOWN in values else not ends
        case ast.Compare(ops=[comparison], comparators=[other]) if type(comparison) in COMPARISONS:
            left, right = value_of(node.left, facts), value_of(other, facts)
            return UNKNOWN if UNKNOWN in (left, right) else COMPARISONS[type(comparison)](left, right)
        case ast.Call(func=ast.Name(id="len"), args=[collection]):
            inner = value_of(collection, facts)
            return UNKNOWN if inner is UNKNOWN else len(inner)
    return UNKNOWN


def _one_step(source: str, facts: dict[str, Any]) -> str:
    """The first thing that can be decided, decided. Positions of the rest are others afterwards."""
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and lines[node.lineno - 1].lstrip().startswith("if "):
            value = value_of(node.test, facts)
            if value is not UNKNOWN:
                return _with_branch(lines, node, node.body if value else node.orelse)
        if isinstance(node, ast.IfExp):
            value = value_of(node.test, facts)
            if value is not UNKNOWN:
                return _with_expression(source, node, node.body if value else node.orelse)
        if isinstance(node, ast.keyword) and node.arg and facts.get(ast.unparse(node.value), UNKNOWN) is None:
            return _without_argument(source, node)
    for body in _bodies(tree):
        for statement, following in zip(body, [*body[1:], None], strict=True):
            if isinstance(statement, ast.Return) and following is not None:
                return _without(lines, following, body[-1])
            if isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
                value = value_of(statement.value, facts)
                if isinstance(value, bool):
                    facts[target.id] = value
                    return _without(lines, statement, statement)
    return _without_unused(lines, tree) or source


def _without_unused(lines: list[str], tree: ast.Module) -> str | None:
    """Takes away a value that a function gives a name and never looks up."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
            looked_up = {node.id for node in names if isinstance(node.ctx, ast.Load)}
            for statement in ast.walk(function):
                if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                    target = statement.targets[0]
                    if isinstance(target, ast.Name) and target.id not in looked_up:
                        return _without(lines, statement, statement)
    return None


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef):
            for name in ("body", "orelse", "finalbody"):
                body = getattr(node, name, None)
                if isinstance(body, list) and body:
                    yield body


def _with_branch(lines: list[str], node: ast.If, branch: list[ast.stmt]) -> str:
    """An `if` replaced by what is inside one of its branches; an `elif` becomes the `if` that it then is."""
    first, last = node.lineno - 1, _end(node)
    if not branch:
        return _without(lines, node, node)
    inside = lines[branch[0].lineno - 1 : _end(branch[-1])]
    indent = node.col_offset
    if inside[0].lstrip().startswith("elif "):
        inside = [inside[0].replace("elif ", "if ", 1), *inside[1:]]
    else:
        step = branch[0].col_offset - indent
        inside = [line[step:] if line.strip() else line for line in inside]
    return "\n".join([*lines[:first], *inside, *lines[last:]])


def _with_expression(source: str, node: ast.expr, chosen: ast.expr) -> str:
    text = ast.get_source_segment(source, chosen) or ""
    lines = source.encode().split(b"\n")  # positions count bytes
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    end = lines[last][node.end_col_offset or 0 :]
    lines[first : last + 1] = [lines[first][: node.col_offset] + text.encode() + end]
    return b"\n".join(lines).decode()


def _without_argument(source: str, node: ast.keyword) -> str:
    written = re.escape(ast.get_source_segment(source, node) or "")
    return re.sub(rf", {written}|{written}, |{written}", "", source, count=1)


def _without(lines: list[str], first: ast.stmt, last: ast.stmt) -> str:
    """Takes statements away, with the comment above them and one of two blank lines around them."""
    start, end = first.lineno - 1, _end(last)
    start = min([start, *(each.lineno - 1 for each in getattr(first, "decorator_list", []))])
    while lines[start - 1].lstrip().startswith("#"):
        start -= 1
    blank_follows = end < len(lines) and not lines[end].strip()
    if not lines[start - 1].strip() and (end == len(lines) or blank_follows):
        start -= 1
    elif blank_follows and lines[start - 1].rstrip().endswith((":", '"""')):
        end += 1
    return "\n".join([*lines[:start], *lines[end:]])


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
