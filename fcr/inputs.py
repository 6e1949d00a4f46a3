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
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
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
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from fcr.errors import InputError, Problem, nearest
from fcr.money import LARGEST

__all__ = [
    "Growth",
    "Input",
    "Many",
    "Mapped",
    "Name",
    "Percent",
    "Pounds",
    "PoundsOrNought",
    "Quantity",
    "Share",
    "parse_number",
]

T = TypeVar("T")
M = TypeVar("M", bound="Input")
K = TypeVar("K")
Path: TypeAlias = tuple[str | int, ...]

MAX_DECIMALS = 30


# ── numbers as people type them ──────────────────────────────────────────────────────────────────

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+")
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
    number = Decimal(clean.replace(",", "").replace(" ", "")) * scale
    return -number if negative else number


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
    return Decimal(format(number, "f")) + 0


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

Many = Annotated[Sequence[T], AfterValidator(tuple)]
"""A list is taken, a tuple is kept."""
Mapped = Annotated[Mapping[K, T], AfterValidator(types.MappingProxyType), PlainSerializer(dict)]
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
                problems = _problems_from(error, kwargs)
            raise InputError(problems)

    class _Model(BaseModel, metaclass=_Refusing):
        pass


class Input(_Model):
    """A frozen input model that refuses bad input with all of its problems at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, str_strip_whitespace=True)

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
            found = [_restated(e) for e in error.errors(include_url=False)]
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

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(pairs)
        for name in seen:
            if sum(name == key for key, _ in pairs) > 1:
                raise InputError([Problem("the file", f"{name!r} is given twice in one object", "Keep one.", "twice")])
        return seen

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=Decimal)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        what = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        problem = Problem(where, what, "Mend the file there, or export it again.", "not-json")
    except RecursionError:
        problem = Problem("the file", "it is nested too deeply", "Export it again.", "not-json")
    raise InputError([problem])


# ── from pydantic's errors to problems ───────────────────────────────────────────────────────────


def _detail(code: str, what: str, fix: str, path: Path) -> InitErrorDetails:
    error = PydanticCustomError(code, "{what}", {"what": what, "fix": fix})
    return InitErrorDetails(type=error, loc=path, input=None)


def _bundle(cls: type[BaseModel], found: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data(cls.__name__, found)


_PLAIN: dict[str, tuple[str, str, str]] = {
    "missing": ("missing", "this is missing", "Give it."),
    "string_too_short": ("blank", "this is blank", "Give it a name."),
    "string_too_long": ("too-long", "this is longer than 200 characters", "Shorten it."),
    "string_type": ("not-text", "found {value}, expected text", "Type text."),
    "too_short": ("empty", "this is empty", "Give at least one."),
}


def _restated(error: Any) -> InitErrorDetails:
    """One of pydantic's errors in our words; one of ours as it stands."""
    context, value, path = error.get("ctx") or {}, error.get("input"), tuple(error["loc"])
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
    elif error["type"].startswith("date"):
        code, what = "not-a-date", f"found {_shown(value)}, expected a date"
        fix = "Write it as 2027-04-01 (year-month-day)."
    elif error["type"].startswith("int"):
        code, what, fix = "not-whole", f"found {_shown(value)}, expected a whole number", "Type 1, 2, 3…"
    elif error["type"] in {"greater_than_equal", "less_than_equal"}:
        bound = f"{context.get('ge', '')}{context.get('le', '')}"
        word = "at least" if "ge" in context else "at most"
        code, what, fix = "out-of-range", f"found {_shown(value)}, expected {word} {bound}", "Change it."
    what = what.format(value=_shown(value)) if what else f"found {_shown(value)}: {error['msg']}"
    return _detail(code, what, fix or "Change it.", path)


def _problems_from(error: ValidationError, root: object) -> list[Problem]:
    problems = []
    for item in error.errors(include_url=False):
        detail = _restated(item)
        context = detail["type"].context or {}  # type: ignore[union-attr]
        path = tuple(item["loc"])
        fix = context["fix"]
        if detail["type"].type == "unknown-field":  # type: ignore[union-attr]
            fix = (nearest(str(path[-1]), _fields_at(root, path[:-1])).strip() + " " + fix).strip()
        problem = Problem(_where(root, path), context["what"], fix, detail["type"].type, path)  # type: ignore[union-attr]
        problems.append(problem)
    return problems


def _step(value: object, key: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, Sequence) and isinstance(key, int) and not isinstance(value, str) and key < len(value):
        return value[key]
    return getattr(value, str(key), None)


def _fields_at(root: object, path: Path) -> Sequence[str]:
    """The names of the fields that could stand at ``path`` (those of any model with these siblings)."""
    value = root
    for key in path:
        value = _step(value, key)
    siblings = set(value) if isinstance(value, Mapping) else set()
    models = sorted(_subclasses(Input), key=lambda m: -len(siblings & set(m.model_fields)))
    return list(models[0].model_fields) if models else []


def _subclasses(cls: type[Input]) -> list[type[Input]]:
    return [s for direct in cls.__subclasses__() for s in (direct, *_subclasses(direct))]


def _where(root: object, path: Path) -> str:
    """``costs[3] 'Rent' amount``: the path with the name of each numbered row."""
    text, value = "", root
    for key in path:
        value = _step(value, key)
        if isinstance(key, int):
            name = _step(value, "name")
            text += f"[{key}]" + (f" {name!r}" if isinstance(name, str) and name.strip() else "")
        else:
            text += ("." if text and text[-1] != "'" else " " if text else "") + str(key)
    return text or "the whole"


# ── going on past bad fields, to find the other problems ────────────────────────────────────────

_NEUTRAL: dict[object, object] = {
    Decimal: Decimal(0),
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
    for name, field in cls.model_fields.items():
        bare = _bare(field.annotation)
        neutral = _NEUTRAL.get(get_origin(bare) or bare) if field.is_required() else field.get_default()
        values[name] = _salvage_field(field, bare, data[name], neutral) if name in data else neutral
    return cls.model_construct(**values)


def _salvage_field(field: Any, bare: Any, value: object, fallback: object) -> object:
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        pass
    if isinstance(bare, type) and issubclass(bare, Input):
        return _salvage(bare, value) or fallback
    inner = _bare(get_args(bare)[0]) if get_args(bare) else None
    if isinstance(inner, type) and issubclass(inner, Input) and isinstance(value, Sequence):
        items = (_salvage(inner, item) for item in value)
        return tuple(item for item in items if item is not None)
    return fallback
