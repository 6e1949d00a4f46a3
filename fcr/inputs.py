"""What every input model shares: frozen, exact, and every problem at once.

A model refuses bad input with one :class:`~fcr.errors.InputError` that lists **all** problems: in
its own fields, in the fields of what it contains, and between them. Numbers are taken as
``Decimal``: from ``int``, ``Decimal``, text as people type it (``£1,200.00``, ``(350)``, ``12%``)
or a spreadsheet's ``float`` (by its shortest form, so 0.1 is 0.1).
"""

from __future__ import annotations

import json
import re
import types
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    NoReturn,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from fcr.errors import InputError, Problem, nearest
from fcr.money import LARGEST

__all__ = [
    "Growth",
    "Input",
    "Many",
    "Mapped",
    "Name",
    "Number",
    "Percent",
    "Pounds",
    "PoundsOrNought",
    "Quantity",
    "Share",
    "either",
    "parse_number",
]

T = TypeVar("T")
M = TypeVar("M", bound="Input")
K = TypeVar("K")
Path: TypeAlias = tuple[str | int, ...]

MAX_DECIMALS = 30


# ── numbers as people type them ──────────────────────────────────────────────────────────────────

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+")
_EXACT = Context(prec=10_000)
_LOOKALIKES = str.maketrans("OoQlI|Ss", "00011155")


def parse_number(text: str, *, per_cent: Decimal = Decimal(1)) -> Decimal | None:
    """The number in a piece of text, or ``None`` when it is not one in British form.

    Takes pound signs, thousands separators, brackets for negatives, any minus sign and any kind
    of space; ``12%`` is 12 times ``per_cent``. Refuses what could mean two things: ``1.200,50``,
    ``0,5``, ``1e5``.

    >>> parse_number("£1,200.50"), parse_number("(350)"), parse_number("1.200,50")
    (Decimal('1200.50'), Decimal('-350'), None)
    >>> parse_number("12%", per_cent=Decimal("0.01"))
    Decimal('0.12')
    """
    clean = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").strip()
    negative = clean.startswith("(") and clean.endswith(")")
    clean = clean[1:-1].strip() if negative else clean
    if clean.startswith(("-", "+")) and not negative:
        negative, clean = clean[0] == "-", clean[1:].strip()
    clean = clean.removeprefix("£").strip()
    scale = per_cent if clean.endswith("%") else Decimal(1)
    clean = clean.removesuffix("%").strip()
    if not _NUMBER.fullmatch(clean):
        return None
    number = _EXACT.multiply(Decimal(clean.replace(",", "").replace(" ", "")), scale)
    return number.copy_negate() if negative else number


def _refuse(code: str, what: str, fix: str) -> NoReturn:
    raise PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…" + text[-1]  # noqa: PLR2004


def _number(value: object, unit: str, per_cent: Decimal) -> Decimal:
    """Any number as an exact, finite Decimal without an exponent; else a clear refusal."""
    if isinstance(value, bool):
        _refuse("not-a-number", f"found {str(value).upper()}, expected {unit}", "Type a number.")
    if isinstance(value, str):
        number = parse_number(value, per_cent=per_cent)
        if number is None:
            guess = parse_number(value.translate(_LOOKALIKES), per_cent=per_cent)
            hint = f"Did you mean {guess}?" if guess is not None else "Type a number such as 1200.50."
            _refuse("not-a-number", f"{_shown(value)} is not a number; expected {unit}", hint)
    elif isinstance(value, Decimal | int):
        number = Decimal(value)
    elif hasattr(value, "__float__"):
        number = Decimal(repr(float(value)))
    else:
        _refuse("not-a-number", f"found {_shown(value)}, expected {unit}", "Type a number.")
    if not number.is_finite():
        _refuse("not-a-number", f"found {number}, expected {unit}", "Type an ordinary number.")
    if number.adjusted() > MAX_DECIMALS:
        _refuse("too-large", f"found a number of {number.adjusted() + 1} digits", "Check the number typed.")
    if -int(number.as_tuple().exponent) > MAX_DECIMALS:
        _refuse("too-fine", f"found more than {MAX_DECIMALS} decimals", "Round it first.")
    return Decimal(format(number, "f")).copy_abs() if not number else Decimal(format(number, "f"))


def _between(unit: str, low: str, high: str, *, per_cent: str = "1", fix: str = "") -> BeforeValidator:
    """A validator for numbers from ``low`` to ``high``, described to people as ``unit``."""
    least, most, scale = Decimal(low), Decimal(high), Decimal(per_cent)

    def check(value: object) -> Decimal:
        number = _number(value, unit, scale)
        if not least <= number <= most:
            text = fix
            if number > most and scale != 1 and number <= 100:  # noqa: PLR2004 (a share typed as a percentage)
                text = f"{number} would be {number * 100:f}%. Write {number * scale:f} or '{number:f}%'."
            code = "negative" if number < least == 0 else "out-of-range"
            _refuse(code, f"found {number:f}, expected {unit}", text or f"Use {least:f} to {most:f}.")
        return number

    return BeforeValidator(check)


_MOST = f"{LARGEST:f}"
_TOO_LARGE = f"Amounts above £{LARGEST:,.2f} cannot be kept exact to the penny."

Pounds = Annotated[Decimal, _between("pounds", f"-{_MOST}", _MOST, fix=_TOO_LARGE)]
"""Pounds, negative for a credit."""
PoundsOrNought = Annotated[
    Decimal, _between("pounds, nought or more", "0", _MOST, fix=f"Use nought to £{LARGEST:,.2f}.")
]
"""Pounds, never negative."""
Quantity = Annotated[
    Decimal,
    _between("a quantity, nought or more", "0", "1000000000000", fix="Use nought or more, up to 10^12."),
]
"""How many or how much of something: never negative."""
QuantityOrWhole = Annotated[
    Decimal | int,
    _between("a quantity, nought or more", "0", "1000000000000", fix="Use nought or more, up to 10^12."),
]
Number = Annotated[Decimal, _between("a number", "-1000000000000", "1000000000000")]
"""Any number, of either sign, up to 10^12."""
Percent = Annotated[Decimal | int, _between("a percentage from 0 to 100", "0", "100")]
"""Parts of a hundred: 25 is a quarter."""
Share = Annotated[Decimal, _between("a share from 0 to 1 (6% is 0.06)", "0", "1", per_cent="0.01")]
"""A fraction from 0 to 1; text such as ``6%`` is taken."""
Growth = Annotated[Decimal, _between("a yearly rise (3% is 0.03)", "-0.5", "1", per_cent="0.01")]
"""A yearly rise as a fraction, from −50% to +100%; text such as ``3%`` is taken."""


def _one_line(text: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        _refuse("not-text", f"the name {_shown(text)} has a line break or control character", "Take it out.")
    return text


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)]
"""A name: one line of 1 to 200 characters, outer spaces dropped."""


def either(expected: str, fix: str) -> WrapValidator:
    """A validator for a field of several kinds: one refusal in plain words, not one for each kind."""

    def check(value: object, handler: Callable[[object], T]) -> T:
        try:
            return handler(value)
        except ValidationError:
            _refuse("not-a-choice", f"found {_shown(value)}, expected {expected}", fix)

    return WrapValidator(check)


def _plain(mapping: Mapping[K, Any]) -> dict[K, Any]:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in mapping.items()}


Many = Annotated[Sequence[T], AfterValidator(tuple)]
"""A list is taken, a tuple is kept."""
Mapped = Annotated[Mapping[K, T], AfterValidator(types.MappingProxyType), PlainSerializer(_plain)]
"""A mapping is taken, a read-only one is kept."""


# ── the base of every model ──────────────────────────────────────────────────────────────────────

if TYPE_CHECKING:
    _Model = BaseModel
else:

    class _Refusing(type(BaseModel)):
        """Turns pydantic's error into ours when a model is made by hand."""

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                problems = _problems_from(error, cls, kwargs)
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
        return self.model_dump(mode="json", exclude_none=True)

    def to_json(self) -> str:
        """The model as JSON text, from which :meth:`from_json` makes an equal one. Numbers are text, so exact."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The model in plain data. Raises :class:`~fcr.errors.InputError` with every problem."""
        if not isinstance(data, Mapping):
            what = f"found {_shown(data)}, expected the fields of a {cls.__name__}"
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
            found = [_restated(e, cls) for e in error.errors(include_url=False)]
            partial = _salvage(cls, data)
            if partial is None:
                raise _bundle(cls, found) from None
            model = partial
        bad = [d["loc"] for d in found]
        for problem in model._problems():  # noqa: SLF001
            path = problem.path
            if not any(path[: len(b)] == b or b[: len(path)] == path for b in bad):
                found.append(_detail(problem.code, problem.what, problem.fix, path))
        if found:
            raise _bundle(cls, found)
        return model


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


# ── from pydantic's errors to problems ───────────────────────────────────────────────────────────


def _detail(code: str, what: str, fix: str, path: Path) -> InitErrorDetails:
    error = PydanticCustomError(code, "{what}", {"what": what, "fix": fix})
    return InitErrorDetails(type=error, loc=path, input=None)


def _bundle(cls: type[BaseModel], found: list[InitErrorDetails]) -> ValidationError:
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


def _restated(error: Any, cls: type[BaseModel]) -> InitErrorDetails:
    """One of pydantic's errors in our words; one of ours as it stands."""
    context, value, (path, _) = error.get("ctx") or {}, error.get("input"), _walk(cls, error["loc"])
    if "fix" in context:
        return _detail(error["type"], context["what"], context["fix"], path)
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
            f"found {_shown(value)}, expected {expected}",
            "Choose one of these.",
        )
    elif bounds := {key: context[key] for key in ("ge", "gt", "le", "lt") if key in context}:
        words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
        expected = " and ".join(f"{words[key]} {bound}" for key, bound in bounds.items())
        code, what, fix = "out-of-range", f"found {_shown(value)}, expected {expected}", "Change it."
    else:
        for kinds, known, expected, advice in _TYPES:
            if error["type"].startswith(kinds):
                code, what, fix = known, f"found {_shown(value)}, expected {expected}", advice
                break
    what = what.replace("{value}", _shown(value)) if what else f"found {_shown(value)}: {error['msg']}"
    return _detail(code, what, fix or "Change it.", path)


def _problems_from(error: ValidationError, cls: type[BaseModel], root: object) -> list[Problem]:
    problems = []
    for item in error.errors(include_url=False):
        detail = _restated(item, cls)
        kind, path = detail["type"], tuple(detail["loc"])
        assert isinstance(kind, PydanticCustomError)
        context = kind.context or {}
        fix = context["fix"]
        if kind.type == "unknown-field":
            holder = _walk(cls, path[:-1])[1]
            fields = _fields(holder) if _is_input(holder) else ()
            fix = f"{nearest(str(path[-1]), fields)} {fix}".strip()
        problems.append(Problem(_where(root, path), context["what"], fix, kind.type, path))
    return problems


@cache
def _fields(cls: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model, with every type they name known (a model may name one defined after it)."""
    cls.model_rebuild()
    return cls.model_fields


def _is_input(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Input)


def _members(annotation: Any) -> list[type[Input]]:
    """The models that an annotation allows: several for a union of them, told apart by ``kind``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        return [model for part in get_args(annotation) for model in _members(part)]
    return [annotation] if _is_input(annotation) else []


def _tagged(annotation: Any, tag: object) -> type[Input] | None:
    """The model among several whose ``kind`` is ``tag``."""
    models = (m for m in _members(annotation) if "kind" in _fields(m))
    return next((m for m in models if tag in get_args(_fields(m)["kind"].annotation)), None)


def _walk(kind: Any, loc: Sequence[str | int]) -> tuple[Path, Any]:
    """A place in a model: its path, without what pydantic adds of its own, and the type that stands there."""
    path: list[str | int] = []
    for key in loc:
        if len(_members(kind)) > 1 and (member := _tagged(kind, key)):
            kind = member
            continue
        if key == "[key]":
            continue
        path.append(key)
        bare = _bare(kind)
        if _is_input(bare):
            kind = _fields(bare)[key].annotation if key in _fields(bare) else None
        else:  # what a list or a mapping holds
            kind = (get_args(bare) or (None,))[-1]
    return tuple(path), kind if len(_members(kind)) > 1 else _bare(kind)


def _step(value: object, key: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, Sequence) and isinstance(key, int) and not isinstance(value, str) and key < len(value):
        return value[key]
    return getattr(value, str(key), None)


def _where(root: object, path: Path) -> str:
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


# ── going on past bad fields, to find the other problems ────────────────────────────────────────

_NEUTRAL: dict[object, object] = {
    Decimal: Decimal(1),
    str: "",
    int: 1,
    date: date(1900, 1, 1),
    Sequence: (),
    Mapping: types.MappingProxyType({}),
}


def _bare(annotation: Any) -> Any:
    """A type without its ``Annotated`` wrapping and without ``| None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        return _bare(next(a for a in get_args(annotation) if a is not type(None)))
    return annotation


def _salvage(cls: type[M], data: Any) -> M | None:
    """A stand-in for a model with bad fields: good fields kept, bad ones neutral; never shown or priced."""
    if isinstance(data, cls):
        return data
    if not isinstance(data, Mapping):
        return None
    values: dict[str, Any] = {}
    unread = set()
    for name, field in _fields(cls).items():
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
    if _members(annotation):
        return _salvage(_members(annotation)[0], {})
    bare = _bare(annotation)
    return _NEUTRAL.get(get_origin(bare) or bare)


@cache
def _reader(cls: type[BaseModel], name: str) -> Callable[[object], Any]:
    """What reads one field of a model by itself."""
    field = _fields(cls)[name]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind).validate_python


def _salvage_models(annotation: Any, value: object) -> object:
    """A stand-in for a model, or for each of a list of them; nothing when the field holds no models."""
    if _members(annotation):
        return _salvage(_chosen(annotation, value), value)
    held = (get_args(_bare(annotation)) or (None,))[0]
    if not _members(held):
        return None
    # a blank stands for what cannot be read, so that the others keep their numbers
    items = value if isinstance(value, list | tuple) else (None,)
    return tuple(_salvage(_chosen(held, item), item) or _neutral(held) for item in items)


def _salvage_items(cls: type[BaseModel], name: str, value: object) -> object:
    """A mapping or a list of numbers or text of which some cannot be read: those are neutral."""
    bare = _bare(_fields(cls)[name].annotation)
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


def _chosen(annotation: Any, value: object) -> type[Input]:
    """The model among those allowed that a value is, or means to be."""
    models = _members(annotation)
    tag = value.get("kind") if isinstance(value, Mapping) else None
    return next((m for m in models if isinstance(value, m)), None) or _tagged(annotation, tag) or models[0]
