"""Going on past bad fields, to find the other problems.

A model with bad fields is stood in for by one whose good fields are kept and whose bad ones are
neutral, so that what does not fit together elsewhere is found in the same go. A stand-in is never
shown or priced.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from fcr.inputs.shapes import bare_type, fields_of, members, tagged

M = TypeVar("M", bound=BaseModel)

_NEUTRAL: dict[object, object] = {
    Decimal: Decimal(1),
    str: "",
    int: 1,
    date: date(1900, 1, 1),
    Sequence: (),
    Mapping: types.MappingProxyType({}),
}


def stand_in(cls: type[M], data: Any) -> M | None:
    """A stand-in for a model with bad fields: good fields kept, bad ones neutral; never shown or priced."""
    if isinstance(data, cls):
        return data
    if not isinstance(data, Mapping):
        return None
    values: dict[str, Any] = {}
    unread = set()
    for name, field in fields_of(cls).items():
        values[name] = _neutral(field.annotation) if field.is_required() else field.get_default()
        try:
            if name in data:
                values[name] = _salvage_models(field.annotation, data[name]) or _reader(cls, name)(data[name])
            elif field.is_required():
                unread.add(name)
        except ValidationError:
            unread.add(name)
            values[name] = _salvage_items(cls, name, data[name]) or values[name]
    model = cls.model_construct(**values)
    object.__setattr__(model, "_unread", frozenset(unread))
    return model


def _neutral(annotation: Any) -> Any:
    """A stand-in for what could not be read: a blank model, or nothing of its kind."""
    if members(annotation):
        return stand_in(members(annotation)[0], {})
    bare = bare_type(annotation)
    return _NEUTRAL.get(get_origin(bare) or bare)


@cache
def _reader(cls: type[BaseModel], name: str) -> Callable[[object], Any]:
    """What reads one field of a model by itself."""
    field = fields_of(cls)[name]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind).validate_python


def _salvage_models(annotation: Any, value: object) -> object:
    """A stand-in for a model, or for each of a list of them; nothing when the field holds no models."""
    if members(annotation):
        return stand_in(_chosen(annotation, value), value)
    held = (get_args(bare_type(annotation)) or (None,))[0]
    if not members(held):
        return None
    # a blank stands for what cannot be read, so that the others keep their numbers
    items = value if isinstance(value, list | tuple) else (None,)
    return tuple(stand_in(_chosen(held, item), item) or _neutral(held) for item in items)


def _salvage_items(cls: type[BaseModel], name: str, value: object) -> object:
    """A mapping or a list of numbers or text of which some cannot be read: those are neutral."""
    bare = bare_type(fields_of(cls)[name].annotation)
    read, held = _reader(cls, name), (get_args(bare) or (None,))[-1]
    if isinstance(value, Mapping) and get_origin(bare) is Mapping:
        found: dict[str, object] = {}
        for key, item in value.items():
            try:
                found.update(read({key: item}))
            except ValidationError:
                found[str(key)] = _neutral(held)
        return found
    return tuple(_neutral(held) for _ in value) if isinstance(value, list) and get_origin(bare) is Sequence else None


def _chosen(annotation: Any, value: object) -> type[BaseModel]:
    """The model among those allowed that a value is, or means to be."""
    models = members(annotation)
    tag = value.get("kind") if isinstance(value, Mapping) else None
    return next((m for m in models if isinstance(value, m)), None) or tagged(annotation, tag) or models[0]
