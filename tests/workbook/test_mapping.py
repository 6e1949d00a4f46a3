"""What each account is, stated once: rules by code, name, range and section; columns; next year's file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ledger_exports import LEDGER, sage_trial_balance, write_csv

import fcr
from fcr.workbook import LedgerMapping, Rule, import_costs, read_mapping

MAPPING = """
[[accounts]]
code = "7100"
centre = "Premises"
index = "CPI"
category = "premises"
note = "The office only."

[[accounts]]
name = "salaries"
split = { Advice = 60, Housing = 40 }

[[accounts]]
codes = "4000-4999"
leave_out = "income"

[[accounts]]
codes = "1000 – 3999"
leave_out = "balance sheet"
"""


def mapping(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "accounts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(fcr.InputError) as caught:
        read_mapping(mapping(tmp_path, text))
    return [(p.where, p.code) for p in caught.value.problems]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "ledger.csv", sage_trial_balance(LEDGER))


def test_rules_place_split_and_leave_out(tmp_path: Path, ledger: Path) -> None:
    """Each account by its rule; what no rule is about is to be decided, and nothing is lost."""
    result = import_costs(ledger, mapping=mapping(tmp_path, MAPPING))
    salaries, rent = result.costs
    assert salaries.split == {"Advice": 60, "Housing": 40}
    assert (rent.centre, rent.index, rent.category, rent.note) == ("Premises", "CPI", "premises", "The office only.")
    assert [(i.account.code, i.reason) for i in result.left_out] == [("4000", "income"), ("1200", "balance sheet")]
    assert [a.code for a in result.undecided] == ["7200", "7500"]
    assert (result.total, result.total_left_out, result.total_undecided) == (
        Decimal("114400.50"),
        Decimal("-116699.00"),
        Decimal("2298.50"),
    )


def test_what_is_not_decided_is_a_problem_each_with_a_suggestion(ledger: Path) -> None:
    """The usual charts of Sage and Xero are suggested, never applied; a credit balance is pointed at."""
    result = import_costs(ledger)
    assert result.costs == ()
    found = {p.where: p for p in result.problems}
    assert {p.code for p in result.problems} == {"undecided"}
    assert "4000-4999 is income in Sage's usual chart" in found["ledger.csv line 2"].fix
    assert found["ledger.csv line 4"].fix.endswith("or the reason to leave it out.")
    assert "Its balance is a credit" in found["ledger.csv line 6"].fix
    assert "0010-2999 are assets and liabilities" in found["ledger.csv line 7"].fix
    with pytest.raises(fcr.InputError) as caught:
        result.decided()
    assert caught.value.problems == result.problems


def test_a_default_centre_says_what_may_be_no_cost(ledger: Path) -> None:
    """Everything goes where it is told, and what looks like income or a balance is named."""
    result = import_costs(ledger, centre="Office").decided()
    assert {c.centre for c in result.costs} == {"Office"}
    (note,) = result.notes
    assert "4000 Contract income, 7500 Printing, 1200 Bank current account." in note


def test_a_long_list_of_doubtful_accounts_is_cut(tmp_path: Path) -> None:
    """Five are named."""
    rows = [(f"40{i:02}", f"Grant {i}", Decimal(-1)) for i in range(7)]
    result = import_costs(write_csv(tmp_path / "l.csv", sage_trial_balance(rows)), centre="Office")
    assert "4004 Grant 4…." in result.notes[0]


def test_the_most_exact_rule_wins() -> None:
    """Code before name before the narrowest range before section."""
    rules = LedgerMapping(
        accounts=[
            Rule(section="Overheads", centre="section"),
            Rule(codes="7000-7999", centre="wide"),
            Rule(codes="7100-7199", centre="narrow"),
            Rule(name="RENT", centre="name"),
            Rule(code="7100", centre="code"),
        ]
    )

    def place(code: str, name: str, section: str = "") -> str | None:
        rule = rules.rule_for(code, [name], section)
        return rule.centre if rule is not None else None

    assert place("7100", "Rent", "Overheads") == "code"
    assert place("7101", "Rent", "Overheads") == "name"
    assert place("7101", "Rates", "Overheads") == "narrow"
    assert place("7999", "Rates", "Overheads") == "wide"
    assert place("8000", "Rates", "OVERHEADS") == "section"
    assert place("x7", "Rates") is None


def test_a_rule_without_a_place_leaves_it_to_the_default(tmp_path: Path, ledger: Path) -> None:
    """Its index holds either way; without a default the account is still to be decided."""
    text = '[[accounts]]\ncode = "7100"\nindex = "fixed"\n'
    assert "7100" in [a.code for a in import_costs(ledger, mapping=mapping(tmp_path, text)).undecided]
    with_default = import_costs(ledger, mapping=mapping(tmp_path, 'centre = "Office"\n' + text))
    assert [(c.centre, c.index) for c in with_default.costs if c.name == "Rent"] == [("Office", "fixed")]


def test_rules_that_fit_nothing_are_said(tmp_path: Path, ledger: Path) -> None:
    """With the nearest name: a slip of the pen, or an account that is gone."""
    text = '[[accounts]]\nname = "Elektricity"\ncentre = "Office"\n[[accounts]]\ncode = "9"\nleave_out = "x"\n'
    notes = import_costs(ledger, mapping=mapping(tmp_path, text)).notes
    assert notes == (
        "The mapping has a rule for name 'Elektricity', which is not in this ledger. Did you mean 'Electricity'?",
        "The mapping has a rule for code '9', which is not in this ledger.",
    )


def test_a_new_mapping_remembers_and_asks(tmp_path: Path, ledger: Path) -> None:
    """It holds the rules there are, and one to fill in for each account not decided; it reads back."""
    first = import_costs(ledger, mapping=mapping(tmp_path, '[columns]\ncode = "N/C"\n' + MAPPING))
    text = first.new_mapping()
    assert "# To decide: 7500 Printing, -12.25. Its balance is a credit" in text
    again = import_costs(ledger, mapping=mapping(tmp_path, text))
    assert again.costs == first.costs
    assert again.left_out == first.left_out
    assert again.undecided == first.undecided
    assert again.new_mapping().count('code = "7500"') == 1
    filled = text.replace('# centre = ""', 'centre = "Office"')
    assert import_costs(ledger, mapping=mapping(tmp_path, filled)).undecided == ()
    whole = import_costs(ledger, centre='Off"ice').new_mapping()
    assert read_mapping(mapping(tmp_path, whole)).centre == 'Off"ice'


def test_names_that_toml_would_not_take(tmp_path: Path) -> None:
    """A name with quotation marks, or a backslash, survives the file."""
    rows = [("", 'Rent "upstairs" \\ yard', Decimal(5))]
    path = write_csv(tmp_path / "l.csv", sage_trial_balance(rows))
    text = import_costs(path).new_mapping().replace('# centre = ""', 'centre = "Office"')
    assert import_costs(path, mapping=mapping(tmp_path, text)).total == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("accounts = [", [("", "not-toml")]),
        ('[[accounts]]\ncentre = "A"', [("accounts.toml, accounts[0].code", "mapping")]),
        ('[[accounts]]\ncode = "1"\ncentre = "A"\nleave_out = "x"', [("accounts.toml, accounts[0].centre", "mapping")]),
        ('[[accounts]]\ncode = "1"\nleave_out = ""', [("accounts.toml, accounts[0].leave_out", "blank")]),
        ('[[accounts]]\ncode = "1"\nsplit = {A = 60, B = 30}', [("accounts.toml, accounts[0].split", "not-100")]),
        ('[[accounts]]\ncodes = "4xxx"\nleave_out = "x"', [("accounts.toml, accounts[0].codes", "mapping")]),
        ('[[accounts]]\ncodes = "49-40"\nleave_out = "x"', [("accounts.toml, accounts[0].codes", "mapping")]),
        ('[[accounts]]\ncode = 1\ncenter = "A"', [("", "not-text"), ("", "unknown-field")]),
        (
            '[[accounts]]\nname = "A"\ncentre = "B"\n[[accounts]]\nname = "a"\ncentre = "C"',
            [("accounts.toml, accounts[1] 'a'", "twice")],
        ),
        ('[columns]\ndebitt = "B"', [("", "not-a-choice")]),
    ],
)
def test_every_problem_of_a_mapping_is_said(tmp_path: Path, text: str, found: list[tuple[str, str]]) -> None:
    """With the file and the rule it is in."""
    seen = problems(tmp_path, text)
    assert [code for _, code in seen] == [code for _, code in found]
    for (where, _), (expected, _) in zip(seen, found, strict=True):
        assert where.startswith(str(tmp_path) if not expected and ", " not in where else expected)


def test_a_mapping_that_is_not_text(tmp_path: Path) -> None:
    """A workbook given in its place, or no file at all."""
    path = tmp_path / "accounts.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(fcr.InputError, match="cannot be read as TOML"):
        read_mapping(path)
    with pytest.raises(fcr.InputError, match="no such file"):
        read_mapping(tmp_path / "none.toml")


# ── columns ──────────────────────────────────────────────────────────────────────────────────────


def columns(tmp_path: Path, content: str, **stated: str) -> Any:
    path = tmp_path / "ledger.csv"
    path.write_text(content, encoding="utf-8")
    try:
        result = import_costs(path, mapping=LedgerMapping.from_dict({"columns": stated}), centre="Office")
    except fcr.InputError as error:
        return [(p.code, p.what) for p in error.problems]
    return {cost.name: cost.amount for cost in result.costs}


def test_columns_that_could_be_several_are_asked(tmp_path: Path) -> None:
    """Two years, or a heading used twice; stated by heading or by letter."""
    content = "Account,2026,2025\nRent,10,9\n"
    ((code, what),) = columns(tmp_path, content)
    assert (code, what) == ("which-column", "2 columns could be the amount: B '2026' or C '2025'")
    assert columns(tmp_path, content, amount="2026") == {"Rent": 10}
    assert columns(tmp_path, content, amount="C") == {"Rent": 9}
    twice = "Account,Debit,Credit,Debit,Credit\nRent,10,,9,\n"
    assert [code for code, _ in columns(tmp_path, twice)] == ["which-column", "which-column"]
    assert columns(tmp_path, twice, debit="D", credit="E") == {"Rent": 9}


def test_columns_with_headings_nobody_knows(tmp_path: Path) -> None:
    """Stated, they are found; without, the nearest word is suggested."""
    content = "My ledger\nWhat for,Spent\nRent,10\n"
    assert columns(tmp_path, content, name="what for", amount="Spent") == {"Rent": 10}
    ((code, what),) = columns(tmp_path, content)
    assert code == "no-headings"
    assert "first 30 rows" in what
    path = tmp_path / "ledger.csv"
    path.write_text("Acount,Ammount\nRent,10\n", encoding="utf-8")
    with pytest.raises(fcr.InputError, match="line 1, column 1 'Acount': Did you mean 'account'"):
        import_costs(path)


def test_columns_that_are_missing(tmp_path: Path) -> None:
    """One side of a trial balance, amounts altogether, a stated column that is not there."""
    ((code, what),) = columns(tmp_path, "Account,Debit\nRent,10\n")
    assert (code, what) == ("missing-column", "there is no credit column; found Account, Debit")
    ((code, what),) = columns(tmp_path, "Account,Credit\nRent,10\n")
    assert what == "there is no debit column; found Account, Credit"
    found = columns(tmp_path, "Account,Spent\nRent,10\n", name="Account")
    assert found == [("missing-column", "there is no column of amounts; found Account, Spent")]
    found = columns(tmp_path, "Account,Amount\nRent,10\n", amount="Amounts", code="Z")
    assert [code for code, _ in found] == ["missing-column", "missing-column"]
    assert columns(tmp_path, "Account,Debit,Sum\nRent,1,10\n", amount="Sum") == {"Rent": 10}


def test_headings_beyond_the_first_rows_are_not_looked_for(tmp_path: Path) -> None:
    """Thirty rows of titles are the most; a file of headings alone has no accounts."""
    assert columns(tmp_path, "title\n" * 29 + "Account,Amount\nRent,10\n") == {"Rent": 10}
    assert columns(tmp_path, "title\n" * 30 + "Account,Amount\nRent,10\n")[0][0] == "no-headings"
    assert columns(tmp_path, "Account,Amount\n")[0][0] == "empty"
    assert columns(tmp_path, "2026,2025\n10,9\n")[0][0] == "no-headings"
    assert columns(tmp_path, "Type,Amount\nPI,9\n")[0][0] == "no-headings"
