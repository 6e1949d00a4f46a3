"""Numbers, names and lists as people give them: taken exactly, or refused with what to do."""

from __future__ import annotations

import re
import types
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from fcr.inputs.shapes import TERMS, WORD
from fcr.money import LARGEST

T = TypeVar("T")
K = TypeVar("K")

MAX_DECIMALS = 30


_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+")
_EXACT = Context(prec=10_000)
LOOKALIKES = str.maketrans("OoQlI|Ss", "00011155")
"""Letters typed for figures."""


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


def refuse(code: str, what: str, fix: str) -> NoReturn:
    """Refuse a value, with a stable code, what was found, and what to do."""
    raise PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


def shown(value: object) -> str:
    """A value as a message shows it: short."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…" + text[-1]  # noqa: PLR2004


def _number(value: object, unit: str, per_cent: Decimal) -> Decimal:
    """Any number as an exact, finite Decimal without an exponent; else a clear refusal."""
    if isinstance(value, bool):
        refuse("not-a-number", f"found {str(value).upper()}, expected {unit}", "Type a number.")
    if isinstance(value, str):
        number = parse_number(value, per_cent=per_cent)
        if number is None:
            guess = parse_number(value.translate(LOOKALIKES), per_cent=per_cent)
            hint = f"Did you mean {guess}?" if guess is not None else "Type a number such as 1200.50."
            refuse("not-a-number", f"{shown(value)} is not a number; expected {unit}", hint)
    elif isinstance(value, Decimal | int):
        number = Decimal(value)
    elif hasattr(value, "__float__"):
        number = Decimal(repr(float(value)))
    else:
        refuse("not-a-number", f"found {shown(value)}, expected {unit}", "Type a number.")
    if not number.is_finite():
        refuse("not-a-number", f"found {number}, expected {unit}", "Type an ordinary number.")
    if number.adjusted() > MAX_DECIMALS:
        refuse("too-large", f"found a number of {number.adjusted() + 1} digits", "Check the number typed.")
    if -int(number.as_tuple().exponent) > MAX_DECIMALS:
        refuse("too-fine", f"found more than {MAX_DECIMALS} decimals", "Round it first.")
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
            refuse(code, f"found {number:f}, expected {unit}", text or f"Use {least:f} to {most:f}.")
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
        refuse("not-text", f"the name {shown(text)} has a line break or control character", "Take it out.")
    return text


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)]
"""A name: one line of 1 to 200 characters, outer spaces dropped."""


def either(expected: str, fix: str) -> WrapValidator:
    """A validator for a field of several kinds: one refusal in plain words, not one for each kind."""

    def check(value: object, handler: Callable[[object], T]) -> T:
        try:
            return handler(value)
        except ValidationError:
            refuse("not-a-choice", f"found {shown(value)}, expected {expected}", fix)

    return WrapValidator(check)


TermsOrWord = Discriminator(lambda value: WORD if isinstance(value, str) else TERMS)
"""For a field that holds a model or a word: ``Annotated[Annotated[M, Tag(TERMS)] | Annotated[W, Tag(WORD)], this]``."""


def _plain(mapping: Mapping[K, Any]) -> dict[K, Any]:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in mapping.items()}


Many = Annotated[Sequence[T], AfterValidator(tuple)]
"""A list is taken, a tuple is kept."""
Mapped = Annotated[Mapping[K, T], AfterValidator(types.MappingProxyType), PlainSerializer(_plain)]
"""A mapping is taken, a read-only one is kept."""
