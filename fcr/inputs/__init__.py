"""What every input model shares: frozen, exact, and every problem at once.

A model refuses bad input with one :class:`~fcr.errors.InputError` that lists **all** problems: in
its own fields, in the fields of what it contains, and between them. Numbers are taken as
``Decimal``: from ``int``, ``Decimal``, text as people type it (``£1,200.00``, ``(350)``, ``12%``)
or a spreadsheet's ``float`` (by its shortest form, so 0.1 is 0.1).
"""

from fcr.inputs.model import Input, read_json
from fcr.inputs.values import (
    Growth,
    Many,
    Mapped,
    Name,
    Number,
    Percent,
    Pounds,
    PoundsOrNought,
    Quantity,
    QuantityOrWhole,
    Share,
    either,
    parse_number,
)

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
    "QuantityOrWhole",
    "Share",
    "either",
    "parse_number",
    "read_json",
]
