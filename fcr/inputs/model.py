"""The base of every input model: frozen, exact, and every problem at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from fcr.errors import InputError, Problem
from fcr.inputs.refusals import bundle, detail, problems_from, restated
from fcr.inputs.stand_ins import stand_in
from fcr.inputs.values import MAX_DECIMALS, shown

if TYPE_CHECKING:
    _Model = BaseModel
else:

    class _Refusing(type(BaseModel)):
        """Turns pydantic's error into ours when a model is made by hand."""

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                problems = problems_from(error, cls, kwargs)
            raise InputError(problems)

    class _Model(BaseModel, metaclass=_Refusing):
        pass


class Input(_Model):
    """A frozen input model that refuses bad input with all of its problems at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, str_strip_whitespace=True)

    _unread: ClassVar[frozenset[str]] = frozenset()
    """The fields that could not be read, on a stand-in for a model that was refused: they prove nothing."""

    def _problems(self) -> Iterator[Problem]:
        """What does not fit together, with the ``path`` of each field concerned (``where`` left empty)."""
        return iter(())

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked afresh.

        Raises :class:`~fcr.errors.InputError` when the result does not hold together.
        """
        return type(self)(**{**{name: getattr(self, name) for name in self.model_fields_set}, **changes})

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists and text: what :meth:`to_json` writes. What is not stated is left out."""
        try:
            found = self.model_dump(exclude_none=True)
        except TypeError:  # pydantic 2.11 does not build what it defers for a model that another one holds
            _build(self)
            found = self.model_dump(exclude_none=True)
        plain: dict[str, Any] = _plain(found)
        return plain

    def to_json(self) -> str:
        """The model as JSON text, from which :meth:`from_json` makes an equal one. Numbers are text, so exact."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The model in plain data. Raises :class:`~fcr.errors.InputError` with every problem."""
        if not isinstance(data, Mapping):
            what = f"found {shown(data)}, expected the fields of a {cls.__name__}"
            raise InputError([Problem("the data", what, "Give a JSON object {…}.", "wrong-type")])
        return cls(**{str(key): value for key, value in data.items()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The model in JSON text. Raises :class:`~fcr.errors.InputError` with every problem."""
        return cls.from_dict(read_json(text))

    @model_validator(mode="wrap")
    @classmethod
    def _check_everything(cls, data: Any, handler: Callable[[Any], Self]) -> Self:
        try:
            model = handler(data)
            found: list[InitErrorDetails] = []
        except ValidationError as error:
            found = [restated(e, cls) for e in error.errors(include_url=False)]
            partial = stand_in(cls, data)
            if partial is None:
                raise bundle(cls, found) from None
            model = partial
        bad = [d["loc"] for d in found]
        for problem in model._problems():  # noqa: SLF001
            path = problem.path
            if not any(path[: len(b)] == b or b[: len(path)] == path for b in bad):
                found.append(detail(problem.code, problem.what, problem.fix, path))
        if found:
            raise bundle(cls, found)
        return model


def _build(value: Any) -> None:
    """Build whatever pydantic has put off, for this model and all that it holds."""
    if isinstance(value, Input):
        type(value).model_rebuild()
        value = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, tuple | list):
        return
    for item in value:
        _build(item)


def _plain(value: Any) -> Any:
    """What JSON can hold: numbers exact as text and never with an exponent, dates as text."""
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def read_json(text: str) -> Any:
    """JSON with exact numbers. Refuses repeated keys, ``NaN`` and ``Infinity``, saying where.

    >>> read_json('{"a": 0.1}')
    {'a': Decimal('0.1')}
    """
    twice: dict[str, None] = {}

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for name, value in pairs:
            if name in seen:
                twice[name] = None
            seen[name] = value
        return seen

    try:
        data = json.loads(text, object_pairs_hook=unique, parse_float=_exact, parse_int=_exact)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        what = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        fix = "Mend the file there, or export it again." if text.strip() else "The file is empty: export it again."
        raise InputError([Problem(where, what, fix, "not-json")]) from None
    except RecursionError:
        problem = Problem("the file", "it is nested too deeply", "Export it again.", "not-json")
        raise InputError([problem]) from None
    if twice:
        what, fix = "{!r} is given twice in one object", "Keep one."
        raise InputError(Problem("the file", what.format(name), fix, "twice") for name in twice)
    return data


def _exact(number: str) -> Decimal | int:
    """A number in JSON, kept exact: whole ones as ``int``, unless no field could hold them."""
    try:
        return int(number) if len(number) <= MAX_DECIMALS and number.lstrip("-").isdigit() else Decimal(number)
    except InvalidOperation:  # an exponent beyond all reason
        return Decimal("Infinity")
