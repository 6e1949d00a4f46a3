"""The commands that list what is known: dated figures, rules, funders."""

from __future__ import annotations

import argparse
from decimal import Decimal

from fcr.bid import schema
from fcr.checks import rule_text, rules_table
from fcr.cli.common import show
from fcr.rates import funders, history, names, rate, source
from fcr.table import Column, Row, Table

__all__ = ["list_funders", "list_rates", "list_rules", "print_schema"]


def list_rates(options: argparse.Namespace) -> int:
    """The dated figures, or the history of one."""
    table = _rate_history(options.name) if options.name in names() else _rate_list(options.name)
    show(options, table.to_dict(), table)
    return 0


def _rate_list(prefix: str | None) -> Table:
    chosen = [name for name in names() if name.startswith(prefix or "")]
    if not chosen and prefix is not None:
        rate(prefix, history(names()[0])[0].start)  # says what is known that is like it
    rows = []
    for name in chosen:
        last = history(name)[-1]
        end = "until changed" if last.end is None else last.end.isoformat()
        doubtful = sum(not r.confirmed for r in history(name))
        rows.append(Row((name, end, f"{doubtful} of {len(history(name))}" if doubtful else "")))
    columns = (Column("Name", "text"), Column("Known to", "text"), Column("Unconfirmed", "text"))
    note = "Unconfirmed: not agreed by two sources. fcr rates NAME shows each value, its source and its standing."
    return Table("Dated figures", columns, tuple(rows), (note,))


def _rate_history(name: str) -> Table:
    values = history(name)
    rows = []
    notes = []
    for value in values:
        shown = value.value if isinstance(value.value, Decimal) else str(value.value)
        shown = f"{shown:f}" if isinstance(shown, Decimal) else shown
        rows.append(Row((value.start.isoformat(), shown, value.status)))
        notes += [f"From {value.start}: {value.note}"] if value.note else []
    keys = dict.fromkeys(key for value in values for key in value.sources)
    notes += [f"Source {key}: {source(key)}" if source(key) != key else f"Source: {key}" for key in keys]
    last = values[-1]
    notes.append("Known until changed." if last.end is None else f"Known to {last.end}.")
    columns = (Column("From", "text"), Column(last.unit, "text"), Column("Confirmed by", "text"))
    return Table(f"{name}: {last.title}", columns, tuple(rows), tuple(notes))


def list_rules(options: argparse.Namespace) -> int:
    """The checks, or one of them."""
    table = rules_table() if options.code is None else rule_text(options.code)
    show(options, table.to_dict(), table)
    return 0


def list_funders(options: argparse.Namespace) -> int:
    """The funders whose rules are recorded."""
    rows = [Row((f.id, f.name, f.rate_kind, f.base)) for f in funders()]
    columns = (Column("Id", "text"), Column("Funder", "text"), Column("Rule", "text"), Column("Base", "text"))
    table = Table("Funders' rules", columns, tuple(rows))
    show(options, table.to_dict(), table)
    return 0


def print_schema(options: argparse.Namespace) -> int:
    """The JSON Schema of a bid: JSON for whoever asks."""
    options.bar.close()
    print(schema(), end="")
    return 0
