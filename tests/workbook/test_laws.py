"""Laws: what is written in any shape reads back to the same amounts; any bytes are read or refused."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_exports import LEDGER, SHAPES, Account, as_csv, sage_trial_balance, write_xlsx

import fcr
from fcr.workbook import LedgerMapping, Rule, import_costs

words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=25)
names = words.map(lambda text: "A " + " ".join(text.split())).filter(
    lambda name: name == name.strip() and "total" not in name.casefold() and not name.endswith(")")
)
values = st.decimals(min_value=-(10**7), max_value=10**7, places=2).filter(bool)
ledgers = st.lists(st.tuples(names, values), min_size=1, max_size=12, unique_by=lambda pair: pair[0].casefold()).map(
    lambda pairs: [(f"{7000 + i}", name, value) for i, (name, value) in enumerate(pairs)]
)


def imported(rows: Sequence[Sequence[str]], delimiter: str, mapping: LedgerMapping) -> fcr.workbook.LedgerImport:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_bytes(as_csv(rows, delimiter).encode())
        return import_costs(path, mapping=mapping)


@pytest.mark.parametrize("shape", SHAPES)
@given(accounts=ledgers, delimiter=st.sampled_from(",;\t"), some=st.sets(st.integers(0, 11)))
def test_any_ledger_reads_back(shape: str, accounts: list[Account], delimiter: str, some: set[int]) -> None:
    """Each account has its amount, wherever a rule puts it, and the parts come to the ledger's total."""
    rules = [Rule(name=name, leave_out="no cost") for i, (_, name, _) in enumerate(accounts) if i in some]
    result = imported(SHAPES[shape](accounts), delimiter, LedgerMapping(centre="Office", accounts=rules))
    expected = {name: abs(v) if "profit" in shape and v < 0 else v for _, name, v in accounts}
    read = {c.name: c.amount for c in result.costs} | {i.account.name: i.account.amount for i in result.left_out}
    assert read == expected
    assert result.total + result.total_left_out == result.ledger_total == sum(expected.values())
    assert len(result.left_out) == len(rules)


@pytest.mark.parametrize("shape", [s for s in SHAPES if s != "sage activity"])
@given(accounts=ledgers, data=st.data())
def test_a_ledger_with_a_row_changed_is_never_taken(shape: str, accounts: list[Account], data: st.DataObject) -> None:
    """A penny more on any account, and its total no longer agrees."""
    rows = SHAPES[shape](accounts)
    at = data.draw(st.sampled_from([i for i, row in enumerate(rows) if any("A " in cell for cell in row)]))
    at += 2 * ("blocks" in shape)
    last = max(i for i, cell in enumerate(rows[at]) if cell)
    rows[at][last] = f"{Decimal(rows[at][last].replace(',', '')) + Decimal('0.01'):,.2f}"
    with pytest.raises(fcr.InputError) as caught:
        imported(rows, ",", LedgerMapping(centre="Office"))
    assert {p.code for p in caught.value.problems} == {"total-differs"}


@cache
def good_workbook() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_xlsx(Path(folder) / "l.xlsx", sage_trial_balance(LEDGER)).read_bytes()


def spoiled(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    out = bytearray(data)
    for at, byte in changes:
        out[at % len(out)] = byte
    return bytes(out)


changes = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8)
pieces = [
    ",",
    ";",
    "\n",
    '"',
    "N/C",
    "N/C: 1",
    "Name",
    "Debit",
    "Credit",
    "Total",
    "Amount",
    "Type",
    "PC",
    "7",
    "1.5",
    " ",
    "(2)",
]
texts = st.lists(st.sampled_from(pieces), max_size=40)
any_bytes = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"]).flatmap(
        lambda head: st.binary(max_size=300).map(lambda tail: head + tail)
    ),
    changes.map(lambda c: spoiled(good_workbook(), c)),
    changes.map(lambda c: spoiled(as_csv(sage_trial_balance(LEDGER)).encode(), c)),
    texts.map(lambda parts: "".join(parts).encode()),
)


@given(any_bytes)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but an InputError with words in it, or an import that adds up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_bytes(data)
        try:
            result = import_costs(path, centre="Office")
        except fcr.InputError as error:
            found = error.problems
        else:
            found = ()
            assert abs(result.total + result.total_left_out - result.ledger_total) < Decimal("0.005")
            assert str(result.table())
    assert all(p.where and p.what and p.fix for p in found)


def test_the_same_file_twice_is_the_same(tmp_path: Path) -> None:
    """Same bytes, same import: nothing depends on the day or the machine."""
    (tmp_path / "l.xlsx").write_bytes(io.BytesIO(good_workbook()).getvalue())
    first, second = (import_costs(tmp_path / "l.xlsx", centre="Office") for _ in range(2))
    assert first.to_dict() == second.to_dict()
