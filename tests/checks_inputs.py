"""What each check asks for: read off the rule's own function, with the cells of the workbook where it is stated."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import Any

from fcr.checks import Rule
from fcr.workbook.model import lay_out

Names = dict[str, str]
"""What each name of a function stands for: a path in the bid, such as ``contract.payment``."""

ROOT = "situation"

MEASURES = {
    "contract": "contract",
    "bid": "",
    "cash": "contract.payment.average_wait",
    "offer": "contract.mechanism",
    "offered": "contract.mechanism",
    "yearly_value": "contract.mechanism",
    "planned_surplus": "contract.mechanism",
    "income": "contract.mechanism",
    "difference": "contract.mechanism",
    "pays": "contract.mechanism",
    "price_growth": "contract.mechanism",
    "outcome_income": "contract.mechanism",
    "achieved": "contract.mechanism",
    "paid_outcomes": "contract.outcomes",
    "firm_months": "contract.duration.firm_months",
    "units": "volumes",
    "risk": "risks",
    "balance": "risks",
}
"""The input behind a measure of the situation."""

PRICED = "organisation"

MADE_OF_COSTS = {"price", "line_costs", "staff_share", "overheads", "cost_at", "cost_growth"}

SEVERAL = {
    "contract.payment.average_wait": (
        "contract.payment.invoiced",
        "contract.payment.in_advance",
        "contract.payment.days",
    ),
}
"""The inputs behind a property of the model."""

ASIDE = re.compile(r"^(service|years|method)$|\.name$")
"""What a rule reads only to say whose the rest is."""

WHOLE = {
    "contract.mechanism": ("Contract", "the mechanism, and its prices"),
    "risks": ("Risks", "every risk"),
    PRICED: (
        "Organisation, Posts, Costs, Overheads and drivers",
        "every cost, post and driver: they make the full cost",
    ),
}
"""What a rule reads as a whole: its sheets, and what it is."""


def inputs(rule: Rule) -> tuple[str, ...]:
    """The paths in the bid that a rule reads, as deep as it reads them, in their order."""
    found = dict.fromkeys(_reads(rule.answer, {"situation": ROOT}))
    several = [each for path in found for each in SEVERAL.get(path, (path,))]
    return tuple(p for p in dict.fromkeys(several) if (p in cells() or p in WHOLE) and not ASIDE.search(p))


def where(path: str) -> tuple[str, str]:
    """The sheet of an input, and its label there."""
    return WHOLE.get(path) or cells()[path]


@cache
def cells() -> dict[str, tuple[str, str]]:
    """The sheet and the label of every input of the workbook, by its path in the bid."""
    found: dict[str, tuple[str, str]] = {}
    for sheet in lay_out({}).sheets:
        for given in sheet.inputs:
            parts = [*(given.grid.path if given.grid else ()), *given.path]
            if "parts" in parts:
                continue
            path = ".".join(p for part in parts if not isinstance(part, int) for p in str(part).split(".") if p)
            named = ".".join(p for p in path.split(".") if p and not p.isdigit() and p != "key")
            found.setdefault(
                named, (sheet.name, given.label if given.grid is None else f"{given.grid.title}: {given.label}")
            )
    return found


def unknowns(rule: Rule) -> tuple[str, ...]:
    """What a rule may say that nobody has stated; ``…`` stands for what depends on the case."""
    said: dict[str, None] = {}
    for function in _functions(rule.answer):
        for call in (node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", "")
            if name == "unknown":
                said.update(dict.fromkeys(_words(call.args[0])))
            elif name == "yes_or_no":
                said.update(dict.fromkeys(w for k in call.keywords if k.arg == "what" for w in _words(k.value)))
    return tuple(said)


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)


# ── the paths that a function reads ──


@cache
def _tree(function: Callable[..., Any]) -> ast.FunctionDef:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    return tree


def _helpers(function: Callable[..., Any]) -> dict[str, FunctionType]:
    """The functions of the checks' own rooms that a function may call, by name."""
    assert isinstance(function, FunctionType)
    known = {k: v for k, v in function.__globals__.items() if isinstance(v, FunctionType)}
    return {k: v for k, v in known.items() if v.__module__.startswith("fcr.checks.") and k != function.__name__}


def _functions(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """A function and the helpers it calls."""
    yield function
    called = {getattr(n.func, "id", "") for n in ast.walk(_tree(function)) if isinstance(n, ast.Call)}
    for name, helper in _helpers(function).items():
        if name in called and helper.__module__ == function.__module__:
            yield from _functions(helper)


def _reads(function: Callable[..., Any], names: Names) -> Iterator[str]:
    tree, known = _tree(function), dict(names)
    for _ in range(2):  # a loop may stand before the name it uses
        for node in ast.walk(tree):
            _learn(node, known)
    inner = {id(a.value) for a in ast.walk(tree) if isinstance(a, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            yield from filter(None, [_input(_path(node, known))])
        if isinstance(node, ast.Call) and (helper := _helpers(function).get(getattr(node.func, "id", ""))):
            given = dict(zip(_parameters(helper), (_path(a, known) for a in node.args), strict=False))
            passed = {k: v for k, v in given.items() if v is not None}
            if passed and helper.__module__ == function.__module__:
                yield from _reads(helper, passed)


def _parameters(function: FunctionType) -> list[str]:
    return list(inspect.signature(function).parameters)


def _learn(node: ast.AST, known: Names) -> None:
    """Names that a statement, a loop or a comprehension gives to a path."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.For | ast.comprehension):
        pairs = [(node.target, node.iter)]
    elif isinstance(node, ast.NamedExpr):
        pairs = [(node.target, node.value)]
    for target, value in pairs:
        several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        for t, v in zip(target.elts, value.elts, strict=True) if several else [(target, value)]:  # type: ignore[attr-defined]
            path = _path(v, known)
            if isinstance(t, ast.Name) and path is not None:
                known[t.id] = path


def _path(node: ast.expr, known: Names) -> str | None:
    """The path that an expression stands for, from the situation down."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        above = _path(node.value, known)
        return None if above is None else f"{above}.{node.attr}"
    if isinstance(node, ast.BoolOp):
        return next((p for p in (_path(v, known) for v in node.values) if p is not None), None)
    if isinstance(node, ast.Subscript):
        return _path(node.value, known)
    return None


def _input(path: str | None) -> str | None:
    """The path in the bid, cut at the deepest part that is an input."""
    if path is None or not path.startswith(f"{ROOT}."):
        return None
    first, *rest = path.split(".")[1:]
    stands = MEASURES.get(first)
    if stands is None:
        return PRICED if first in MADE_OF_COSTS else None
    parts = [p for p in [*stands.split("."), *rest] if p]
    tried = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((p for p in tried if p in cells() or p in SEVERAL), stands or None)
