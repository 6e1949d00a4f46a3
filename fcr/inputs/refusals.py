"""From pydantic's errors to ours: each with a stable code, where, what was found, and what to do."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from fcr.errors import Problem, nearest
from fcr.inputs.shapes import Path, fields_of, is_model, walk, where_in
from fcr.inputs.values import shown


def detail(code: str, what: str, fix: str, path: Path) -> InitErrorDetails:
    """A problem at a place, as pydantic carries it up through the models that hold it."""
    error = PydanticCustomError(code, "{what}", {"what": what, "fix": fix})
    return InitErrorDetails(type=error, loc=path, input=None)


def bundle(cls: type[BaseModel], found: list[InitErrorDetails]) -> ValidationError:
    """Several problems of one model, to be carried up."""
    return ValidationError.from_exception_data(cls.__name__, found)


_PLAIN: dict[str, tuple[str, str, str]] = {
    "missing": ("missing", "this is missing", "Give it."),
    "union_tag_not_found": ("missing", "its kind is not stated", "Give its field 'kind'."),
    "string_too_short": ("blank", "this is blank", "Give it a name."),
    "string_too_long": ("too-long", "this is longer than 200 characters", "Shorten it."),
    "string_type": ("not-text", "found {value}, expected text", "Type words, in quotation marks."),
    "string_unicode": ("not-text", "this has characters that are not text", "Type it again."),
    "too_short": ("empty", "this is empty", "Give at least one."),
}

_TYPES: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (("date",), "not-a-date", "a date", "Write it as 2027-04-01 (year-month-day)."),
    (("int", "finite_number"), "not-whole", "a whole number", "Type 1, 2, 3…"),
    (("bool",), "not-yes-or-no", "true or false", "Write true or false, without quotation marks."),
    (("is_instance_of", "sequence"), "wrong-type", "a list", "Write a list in square brackets, such as [1, 2, 3]."),
    (("model", "dict", "mapping"), "wrong-type", "named values", 'Write them in braces, such as {"name": "Rent"}.'),
    (("invalid_key",), "wrong-type", "a name", "Write names as text, in quotation marks."),
)
"""Pydantic's types of error, by how they begin: our code, what was expected, and what to do."""


def restated(error: Any, cls: type[BaseModel]) -> InitErrorDetails:
    """One of pydantic's errors in our words; one of ours as it stands."""
    context, value, (path, _) = error.get("ctx") or {}, error.get("input"), walk(cls, error["loc"])
    if "fix" in context:
        return detail(error["type"], context["what"], context["fix"], path)
    code, what, fix = _PLAIN.get(error["type"], ("wrong-type", "", ""))
    if error["type"] == "extra_forbidden":
        code, what, fix = (
            "unknown-field",
            f"there is no field {path[-1]!r} here",
            "Take it out or spell it right.",
        )
    elif error["type"] in {"literal_error", "union_tag_invalid"}:
        expected = context.get("expected") or context.get("expected_tags")
        code, what, fix = (
            "not-a-choice",
            f"found {shown(value)}, expected {expected}",
            "Choose one of these.",
        )
    elif bounds := {key: context[key] for key in ("ge", "gt", "le", "lt") if key in context}:
        words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
        expected = " and ".join(f"{words[key]} {bound}" for key, bound in bounds.items())
        code, what, fix = "out-of-range", f"found {shown(value)}, expected {expected}", "Change it."
    else:
        for kinds, known, expected, advice in _TYPES:
            if error["type"].startswith(kinds):
                code, what, fix = known, f"found {shown(value)}, expected {expected}", advice
                break
    what = what.replace("{value}", shown(value)) if what else f"found {shown(value)}: {error['msg']}"
    return detail(code, what, fix or "Change it.", path)


def problems_from(error: ValidationError, cls: type[BaseModel], root: object) -> list[Problem]:
    """Every problem, with where it is in what was given (``root``)."""
    problems = []
    for item in error.errors(include_url=False):
        detail = restated(item, cls)
        kind, path = detail["type"], tuple(detail["loc"])
        assert isinstance(kind, PydanticCustomError)
        context = kind.context or {}
        fix = context["fix"]
        if kind.type == "unknown-field":
            holder = walk(cls, path[:-1])[1]
            fields = fields_of(holder) if is_model(holder) else ()
            fix = f"{nearest(str(path[-1]), fields)} {fix}".strip()
        problems.append(Problem(where_in(root, path), context["what"], fix, kind.type, path))
    return problems
