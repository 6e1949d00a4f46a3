"""Odd and hostile workbooks, by what is typed in their cells."""

from __future__ import annotations

from workbook.corpus import Kind, Where, cell, in_xml, raw, typed, where
from workbook.package import Package

RENT: Where = ("organisation", "costs", 0, "amount")
SALARY: Where = ("organisation", "posts", 0, "salary")
PEOPLE: Where = ("organisation", "posts", 0, "people")
SHARE: Where = ("contingency",)
START: Where = ("start",)
NOTE: Where = ("note",)
NAME: Where = ("organisation", "posts", 1, "name")

HELD = (True, ("assumptions", "hold_rates"), True)
AMOUNTS = {
    "pounds and commas": ("£1,200.00", "1200.00"),
    "a space for thousands": ("1 200", "1200"),
    "a no-break space for thousands": ("1\N{NO-BREAK SPACE}200.50", "1200.50"),
    "a narrow no-break space for thousands": ("1\N{NARROW NO-BREAK SPACE}200", "1200"),
    "a thin space for thousands": ("1\N{THIN SPACE}200", "1200"),
    "brackets for a credit": ("(1,200)", "-1200"),
    "a true minus": ("\N{MINUS SIGN}35", "-35"),
    "a minus before the pound sign": ("-£35", "-35"),
    "a full-width figure": ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", "12"),
    "spaces around": ("\t 1200 \N{NO-BREAK SPACE}", "1200"),
    "a number kept as text": ("24600", "24600"),
    "pence only": (".50", "0.50"),
}
NO_AMOUNTS = {
    "European figures": ("1.200,50", "is not a number"),
    "a European comma": ("0,5", "is not a number"),
    "commas astray": ("1,2,3", "is not a number"),
    "an exponent": ("1e5", "is not a number"),
    "a short form": ("£1.2k", "is not a number"),
    "to be confirmed": ("TBC", "is not a number"),
    "a dash": ("-", "is not a number"),
    "an O for a 0": ("12O", "Did you mean 120?"),
    "an l for a 1": ("l2", "Did you mean 12?"),
    "a per cent sign on pounds": ("12%", "is not a number"),
    "a minus behind": ("1,200-", "is not a number"),
    "two figures": ("12 or 13", "is not a number"),
    "another currency": ("€1200", "is not a number"),
    "not a number": ("NaN", "is not a number"),
    "infinity": ("inf", "is not a number"),
    "figures of another script": ("\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT TWO},5", "is not a number"),
    "a script": ("<script>alert(1)</script>", "is not a number"),
    "40,000 characters for a number": ("9x" * 20_000, "is not a number"),
}
AS_SAVED = {
    "TRUE for a number": ("<v>1</v>", "b", "found TRUE"),
    "FALSE for a number": ("<v>0</v>", "b", "found FALSE"),
    "a broken reference": ("<f>Gone!A1</f><v>#REF!</v>", "e", "found the error #REF!"),
    "a division by nought": ("<f>1/0</f><v>#DIV/0!</v>", "e", "found the error #DIV/0!"),
    "a look-up that failed": ("<f>NA()</f><v>#N/A</v>", "e", "found the error #N/A"),
    "an error typed as a value": ("<v>#NAME?</v>", "e", "found the error #NAME?"),
    "a formula never worked out": ("<f>12*2050</f>", "n", "whose value was never saved"),
    "a formula that comes to words": ("<f>&quot;a&quot;&amp;1</f><v>a1</v>", "str", "is not a number"),
    "a number that is none": ("<v>NaN</v>", "n", "expected an amount"),
    "a number without end": ("<v>INF</v>", "n", "expected an amount"),
    "an amount too large": ("<v>1E+15</v>", "n", "pounds"),
    "an amount of 300 figures": ("<v>1E+300</v>", "n", "301 digits"),
}
WORKED_OUT = {
    "a formula with its value": ("<f>12*2050</f><v>24600</v>", "n"),
    "a formula from Google": (
        "<f>IFERROR(__xludf.DUMMYFUNCTION(&quot;SUM(A1:A2)&quot;),24600)</f><v>24600</v>",
        "n",
    ),
    "an array formula": ('<f t="array" ref="C10">SUM({12300,12300})</f><v>24600</v>', "n"),
    "a link to another workbook": ("<f>[1]Budget!$C$4</f><v>24600</v>", "n"),
    "a formula shared by nobody": ('<f t="shared" si="9"/><v>24600</v>', "n"),
    "a formula that is empty": ("<f/><v>24600</v>", "n"),
    "a formula that comes to a number as text": ("<f>TEXT(24600,&quot;0&quot;)</f><v>24600</v>", "str"),
}
DATES = {
    "a date in words": ("1 October 2026", "1 October 2026"),
    "a date with an ordinal": ("1st Oct 2026", "1 October 2026"),
    "a date in figures": ("01/10/2026", "1 October 2026"),
    "a date as computers write it": ("2026-10-01", "1 October 2026"),
}
NO_DATES = {
    "words for a date": ("soon", "is not a date"),
    "a day that never was": ("31/02/2027", "is not a date"),
    "a month 13": ("2027-13-01", "is not a date"),
    "a number for a date": (12, "not the first of a month"),
    "a date before the base year": ("1 April 2025", "before the base year"),
    "a date in mid-month": ("15 October 2026", "not the first of a month"),
}
OUTSIDE = {
    "60 for a percentage": (SHARE, 60, "did you mean 60%?"),
    "2 as text for a percentage": (SHARE, "2", "did you mean 2%?"),
    "a share below nought": (SHARE, -0.02, "from 0% to 100%"),
    "a salary below nought": (SALARY, -1, "nought or more"),
    "half a person": (PEOPLE, 2.5, "is not a whole number"),
    "no years": (("years",), 0, "1"),
    "eleven years": (("years",), 11, "10"),
    "no FTE": (("organisation", "posts", 0, "fte"), 0, "0"),
    "a rise in month 13": (("assumptions", "indices", "pay", "month"), 13, "13"),
    "shares of 101%": (("organisation", "posts", 2, "time", "Premises and office"), 0.01, "1.00% too much"),
    "a share that is a word": (("organisation", "posts", 0, "time", "Debt advice"), "most", "is not a number"),
    "a line that starts after the end": (("organisation", "posts", 1, "first_month"), 37, "after the last"),
    "a correlation of 3": (("correlations", "matrix", 0, 1), 3, "from -1 to 1"),
    "an unknown method": (("method",), "sideways", "is not one of the words to choose from"),
    "a method misspelt": (("method",), "step down", "step-down"),
    "1 for yes": (("assumptions", "hold_rates"), 1, "neither yes nor no"),
    "a centre misspelt": (("organisation", "costs", 1, "centre"), "Premisses and office", "Premises and office"),
    "a service misspelt": (("service",), "Det advice", "Debt advice"),
    "two posts of one name": (NAME, "Debt adviser", "used twice"),
    "two posts of one name but for capitals": (NAME, "DEBT ADVISER", "used twice"),
    "a post without a name": (NAME, None, "Post: this is blank"),
    "a cost without an amount": (RENT, None, "Amount: this is blank"),
    "a post of spaces": (NAME, " \N{NO-BREAK SPACE} ", "Post: this is blank"),
    "a name of 40,000 characters": (NAME, "x" * 40_000, "200"),
    "a name on two lines": (NAME, "Debt\ntrainee", "line break"),
    "a year left out": (("volumes", 1), None, "there are figures after it"),
    "a check that is none": (("risks", 0, "acts_on"), "the weather", "is not one of the words"),
    "a most likely size below the least": (("risks", 0, "size", "mode"), -3, "below low"),
}
TEXTS = {
    "a text like a formula": "=1+1",
    "a text like a command": "=cmd|' /C calc'!A0",
    "a text with a plus": "+44 20 7946 0000",
    "a text with a minus": "-5 is a credit",
    "a text with an at sign": "@everyone",
    "text of 40,000 characters": "x" * 40_000,
    "emoji and other scripts": "Café \N{GRINNING FACE} \N{CJK UNIFIED IDEOGRAPH-8CBB}\N{ARABIC LETTER ALEF}",
    "a text turned right to left": "\N{RIGHT-TO-LEFT OVERRIDE}0021£",
    "marks of a script": "<script>&amp;</script>",
    "lines of text": "one\ntwo",
    "a text of figures": "0012",
}


def _read(name: str, value: object, path: Where, becomes: object, note: str) -> Kind:
    return Kind(name, typed(value, *path), {path: becomes}, note)


def _escaped(text: str) -> str:
    return f'<is><t xml:space="preserve">{text}</t></is>'


def _two_services(package: Package) -> None:
    package.type(*cell("organisation", "services", 1, "name"), "debt advice")


def _short_shares(package: Package) -> None:
    package.type(*cell("organisation", "posts", 0, "time", "Debt advice"), 0.89)


def _small_date(package: Package) -> None:
    _lost_format(package)
    package.type(*cell(*START), 12)


def _lost_format(package: Package) -> None:
    title, at = cell(*START)
    package.sub(package.sheet(title), rf'<c r="{at}" s="\d+">', f'<c r="{at}">')


KINDS = (
    *(_read(name, text, RENT, number, "typed as text") for name, (text, number) in AMOUNTS.items()),
    *(Kind(name, typed(text, *RENT), refused=(where(*RENT), said)) for name, (text, said) in NO_AMOUNTS.items()),
    *(Kind(n, raw(xml, letter, *RENT), refused=(where(*RENT), said)) for n, (xml, letter, said) in AS_SAVED.items()),
    *(Kind(n, raw(xml, kind, *RENT), note="formulas stand in input cells") for n, (xml, kind) in WORKED_OUT.items()),
    *(_read(name, text, START, "2026-10-01", said) for name, (text, said) in DATES.items()),
    *(Kind(name, typed(value, *START), refused=(where(*START), said)) for name, (value, said) in NO_DATES.items()),
    *(Kind(n, typed(value, *path), refused=(where(*path), said)) for n, (path, value, said) in OUTSIDE.items()),
    *(_read(name, text, NOTE, text, "") for name, text in TEXTS.items()),
    _read("a per cent sign on a share", "2.5 %", SHARE, "0.025", "typed as text"),
    _read("a share as text", "0.02", SHARE, "0.02", "typed as text"),
    _read("noise in the last figures", 1200.1000000000001, RENT, "1200.1", ""),
    _read("a choice in capitals", " STEP-Down ", ("method",), "step-down", ""),
    _read("TRUE for yes", *HELD, ""),
    _read("Yes with a capital", "Yes ", *HELD[1:], ""),
    _read(
        "a centre in capitals",
        "PREMISES  and office",
        ("organisation", "costs", 1, "centre"),
        "Premises and office",
        "",
    ),
    _read("a number for a name", 2026.0, NAME, "2026", ""),
    Kind("a date with a time of day", raw("<v>46296.604</v>", "n", *START)),
    Kind("a date as a date of its own", raw("<v>2026-10-01T00:00:00Z</v>", "d", *START)),
    Kind("a date without its format", in_xml(_lost_format), note="1 October 2026"),
    Kind("a number too small for a date", in_xml(_small_date), refused=(where(*START), "is not a date")),
    Kind("shares of 99%", in_xml(_short_shares), refused=("Posts!D10", "99.00%", "1.00% is missing")),
    Kind(
        "two services of one name",
        in_xml(_two_services),
        refused=(where("organisation", "services", 1, "name"), "twice"),
    ),
    Kind("a bell in a text", raw(_escaped("ring_x0007_"), "inlineStr", *NOTE), {NOTE: "ring\a"}),
    Kind(
        "a bell in a name",
        raw(_escaped("ring_x0007_"), "inlineStr", *NAME),
        refused=(where(*NAME), "control character"),
    ),
    Kind("a NUL in a text", raw(_escaped("ring_x0000_"), "inlineStr", *NOTE), {NOTE: "ring\0"}),
    Kind("half a character", raw(_escaped("_xD83D_"), "inlineStr", *NOTE), refused=(where(*NOTE), "character")),
    Kind(
        "half a character in a name", raw(_escaped("_xD83D_"), "inlineStr", *NAME), refused=(where(*NAME), "character")
    ),
    Kind("a text of several runs", raw("<is><r><t>for the </t></r><r><t>board</t></r></is>", "inlineStr", *NOTE)),
    Kind("a shared text that is not there", raw("<v>999999</v>", "s", *NOTE), refused=("", "damaged")),
    Kind("a shared text before the first", raw("<v>-1</v>", "s", *NOTE), refused=("", "damaged")),
    Kind("words for a number in the file", raw("<v>many</v>", "n", *RENT), refused=("", "damaged")),
    Kind("a number with underscores", raw("<v>24_600</v>", "n", *RENT), refused=("", "damaged")),
)
