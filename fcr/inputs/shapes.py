"""What stands where in a model: its fields, the models it may hold, and how a place is named to people."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Path: TypeAlias = tuple[str | int, ...]

TERMS, WORD = TAGS = ("[terms]", "[word]")
"""How pydantic tells a model from a word where either may stand; no part of a path."""


def bare_type(annotation: Any) -> Any:
    """A type without its ``Annotated`` wrapping and without ``| None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        return bare_type(next(a for a in get_args(annotation) if a is not type(None)))
    return annotation


@cache
def fields_of(cls: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model, with every type they name known (a model may name one defined after it)."""
    cls.model_rebuild()
    return cls.model_fields


def is_model(kind: Any) -> bool:
    """Whether a type is one of our models."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def members(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation allows: several for a union of them, told apart by ``kind``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        return [model for part in get_args(annotation) for model in members(part)]
    return [annotation] if is_model(annotation) else []


def tagged(annotation: Any, tag: object) -> type[BaseModel] | None:
    """The model among several whose ``kind`` is ``tag``."""
    models = (m for m in members(annotation) if "kind" in fields_of(m))
    return next((m for m in models if tag in get_args(fields_of(m)["kind"].annotation)), None)


def walk(kind: Any, loc: Sequence[str | int]) -> tuple[Path, Any]:
    """A place in a model: its path, without what pydantic adds of its own, and the type that stands there."""
    path: list[str | int] = []
    for key in loc:
        if len(members(kind)) > 1 and (member := tagged(kind, key)):
            kind = member
            continue
        if key in {"[key]", *TAGS}:
            continue
        path.append(key)
        bare = bare_type(kind)
        if is_model(bare):
            kind = fields_of(bare)[key].annotation if key in fields_of(bare) else None
        else:  # what a list or a mapping holds
            kind = (get_args(bare) or (None,))[-1]
    return tuple(path), kind if len(members(kind)) > 1 else bare_type(kind)


def _step(value: object, key: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, Sequence) and isinstance(key, int) and not isinstance(value, str) and key < len(value):
        return value[key]
    return getattr(value, str(key), None)


def where_in(root: object, path: Path) -> str:
    """``costs[3] 'Rent' amount``: the path with the name of each numbered row."""
    text, value = "", root
    for key in path:
        value = _step(value, key)
        if isinstance(key, int):
            name = _step(value, "name")
            text += f"[{key}]" + (f" {name!r}" if isinstance(name, str) and name.strip() else "")
        else:
            shown = key if key and key.isprintable() else repr(key)
            text += ("." if text and text[-1] != "'" else " " if text else "") + shown
    return text or "the whole"
