"""What the workbook's formulas may be made of: each form gives the same in LibreOffice and formualizer.

The value beside each is Excel's, by its documentation or by hand, so three programs stand behind it.

Left out, because programs do not agree, with what to write instead:

- texts put in order (``A1<A2``, ``COUNTIF(r,"<"&A1)``): accents and signs sort otherwise in each
  program. Put numbers in order, and settle ties by a number that stands in a cell.
- ``SUMIF``, ``SUMIFS``, ``COUNTIF``, ``MATCH(…,0)`` on names that people type: ``*``, ``?`` and ``~``
  are wild cards there (LibreOffice and Excel find another row, or none). ``SUMPRODUCT((r=A1)*…)``.
- TRUE and FALSE in cells that are summed, counted or compared with numbers: LibreOffice has only 1 and 0.
- a function of one value (``LEN``, ``ISNUMBER``, ``ABS``, ``ROUND``, ``MOD``, ``INT``, ``YEAR``,
  ``CODE``, ``EXACT``, ``ROW``, ``COLUMN``, ``SUMIF``) over a range inside ``SUMPRODUCT``, plain or as an
  array formula: formualizer takes the first cell. Give each row a cell of its own. Operators, IF and
  IFERROR do go through the range.
- ``INT`` and ``MOD`` of fractions: Excel takes 0.29*100 for 28.99…, LibreOffice for 29. Round first.
- ``CODE`` of a letter with an accent, ``UPPER`` of one, ``LEN`` of an emoji.
- a fraction, or a very large number, joined to a text without TEXT.
- ``NORM.S.INV`` and other names newer than 2007: unknown without ``_xlfn.`` before them. ``NORMSINV``.
- tests of computed fractions for equality (``0.1+0.2=0.3``). ``ABS(difference)<=tolerance``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import judges
import modelling_rules
import numpy as np
import pytest
import xlsxwriter

Expected = float | str | bool

SHEET, OTHER = "Bid - data", "O'Neil & co – 1"
NAMES = ["Rent", "", "a*b", "a?b", "a~b", "Café", "axb", "rent", "Cafe"]  # the second is not written at all
SHARES = [[0, 0.1, 0.2], [0.3, 0, 0.1], [0.2, 0.1, 0]]
TIED = [("b", 3, 1), ("a", 3, 2), ("c", 5, 0), ("d", 1, 9), ("e", 3, 2)]


def _day(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() - date(1899, 12, 30).toordinal()


#   A1:C1 1 2 3    A5:C7 SHARES     A10:C14 TIED    E1:E3 4 5 6     G1:I3 the identity
#   K1:L9 NAMES and 1, 2, 4, 8 …    N1:N6 the first of April 2026 and of the months after
#   P1:P3 5, blank, -3     Q1:Q2 TRUE FALSE     R1 fcr_pence, 2     R2 1.005     R3 text 12     R4 ""
FORMULAS: dict[str, Expected] = {
    # matrices
    "MMULT($A$1:$C$1,$E$1:$E$3)": 32,
    "SUMPRODUCT($A$1:$C$1,INDEX($G$1:$I$3,2,0))": 2,
    "SUMPRODUCT($E$1:$E$3,INDEX($G$1:$I$3,0,2))": 5,
    "SUM(INDEX($A$5:$C$7,2,0))": 0.4,
    "SUM($A5:INDEX($A5:$C5,2))": 0.1,
    "SUMPRODUCT(TRANSPOSE($E$1:$E$3)*$A$1:$C$1)": 32,
    # a name looked up: case does not matter, accents do, and no character is a wild card
    "SUMPRODUCT(($K$1:$K$9=$K$1)*$L$1:$L$9)": 1 + 128,
    "SUMPRODUCT(($K$1:$K$9=$K$3)*$L$1:$L$9)": 4,
    "SUMPRODUCT(($K$1:$K$9=$K$4)*$L$1:$L$9)": 8,
    "SUMPRODUCT(($K$1:$K$9=$K$5)*$L$1:$L$9)": 16,
    "SUMPRODUCT(($K$1:$K$9=$K$6)*$L$1:$L$9)": 32,
    "SUMPRODUCT(--($K$1:$K$9=$K$1),$L$1:$L$9)": 129,
    "SUMPRODUCT(($K$1:$K$9=$K$2)*1)": 1,
    'SUMPRODUCT(($K$1:$K$9="")*1)': 1,
    'SUMPRODUCT(($K$1:$K$9<>"")*1)': 8,
    "MATCH(TRUE,INDEX($K$1:$K$9=$K$4,0),0)": 4,
    'MATCH("RENT",$K$1:$K$9,0)': 1,
    "COUNTIF($K$1:$K$9,$K$1)": 2,
    "COUNTA($K$1:$K$9)": 8,
    'ISNA(MATCH("zz",$K$1:$K$9,0))': True,
    # places in order, ties by the second figure and then by a third
    "SUMPRODUCT(($B$10:$B$14>$B$11)+($B$10:$B$14=$B$11)*($C$10:$C$14>$C$11))+1": 2,
    "SUMPRODUCT(($B$10:$B$14=$B$10)*(($B$10:$B$14>$B$12)+($C$10:$C$14>$C$10)))": 2,
    # dates
    "EDATE($N$1,13)": _day(2027, 5, 1),
    "EDATE($N$1,-4)": _day(2025, 12, 1),
    "EDATE(DATE(2026,1,31),1)": _day(2026, 2, 28),
    "EOMONTH($N$1,10)": _day(2027, 2, 28),
    "DATE(2026,14,1)": _day(2027, 2, 1),
    "DATE(YEAR($N$1)+1,MONTH($N$1)+9,0)": _day(2027, 12, 31),
    "DAY(EOMONTH($N$1,0))": 30,
    "(YEAR($N$6)-YEAR($N$1))*12+MONTH($N$6)-MONTH($N$1)": 5,
    "INDEX($E$1:$E$3,MATCH(DATE(2026,6,15),$N$1:$N$3,1))": 6,
    "MATCH($N$3,$N$1:$N$6,1)": 3,
    "IFERROR(MATCH($N$1-1,$N$1:$N$6,1),0)": 0,
    # texts
    'TEXT($N$1,"mmm yyyy")': "Apr 2026",
    'TEXT($N$1,"d mmmm yyyy")': "1 April 2026",
    'TEXT(1234567.891,"#,##0.00")': "1,234,567.89",
    'TEXT(1.005,"0.00")': "1.01",
    'TEXT(-0.001,"0.00")': "0.00",
    'TEXT(0.1235,"0.0%")': "12.4%",
    'TEXT(1234.5,"£#,##0.00")': "£1,234.50",
    'TEXT(-1234567,"£#,##0;-£#,##0")': "-£1,234,567",
    'TEXT(5,"+0;-0;0")': "+5",
    '"£"&TEXT(0,"#,##0.00")': "£0.00",
    "LEN(12)": 2,
    'LEN("Café")': 4,
    "LEN($P$2)": 0,
    'CODE(LEFT($K$1&" ",1))': 82,
    'CODE(LEFT($K$2&" ",1))': 32,
    'TRIM("  a   b ")': "a b",
    "1&2": "12",
    # rounding, half up on the decimal
    "ROUND($R$2,fcr_pence)": 1.01,
    "ROUND(-1.005,fcr_pence)": -1.01,
    "ROUND(2.675,2)": 2.68,
    "ROUND(0.285,2)": 0.29,
    "ROUND(1234567.125,2)": 1234567.13,
    "ROUND(1234.5,-2)": 1200,
    "ROUNDUP(1.001,2)": 1.01,
    "ROUNDUP(-1.001,2)": -1.01,
    "ROUNDUP(1.1*3,1)": 3.3,
    "ROUNDDOWN(1.019,2)": 1.01,
    "INT(-1.5)": -2,
    "MOD(-3,12)": 9,
    "CEILING(1.01,0.05)": 1.05,
    "CEILING(7,5)": 10,
    "CEILING(0.3,0.1)": 0.3,
    "FLOOR(7,5)": 5,
    # truth
    "AND($Q$1:$Q$2)": False,
    "OR($Q$1:$Q$2)": True,
    "AND($E$1>0,$E$2>0)": True,
    "NOT($Q$2)": True,
    "$Q$1=TRUE": True,
    "$Q$1*5": 5,
    "IF($Q$1,1,0)": 1,
    "($P$1>0)*$E$1": 4,
    "SUMPRODUCT(($E$1:$E$3>4)*$E$1:$E$3)": 11,
    "SUMPRODUCT(IF($E$1:$E$3>4,1,2)*$E$1:$E$3)": 19,
    # blanks
    'IF($P$2="",1,2)': 1,
    'IF($P$2="","",2)': "",
    'IF($R$4="",1,2)': 1,
    "IF($P$2=0,1,2)": 1,
    "$P$2": 0,
    '$P$2&""': "",
    "$R$4=0": False,
    "IFERROR($R$4+1,-1)": -1,
    "N($R$4)+1": 1,
    "ISBLANK($P$2)": True,
    "ISBLANK($R$4)": False,
    "MAX($P$1:$P$3)": 5,
    "MIN($P$1:$P$3)": -3,
    "MIN($P$2:$P$2,4)": 4,
    "AVERAGE($P$1:$P$3)": 1,
    "COUNT($P$1:$P$3)": 2,
    'COUNTIF($P$1:$P$3,">0")': 1,
    # texts beside numbers
    "$R$3=12": False,
    "$R$3>12": True,
    '"abc">1000000': True,
    "$R$3*1": 12,
    "ISNUMBER($R$3)": False,
    "ISTEXT($R$3)": True,
    # other sheets
    "'O''Neil & co – 1'!$A$1+1": 42,
    "SUM('O''Neil & co – 1'!$A$1:$B$2)": 41,
    "'Bid - data'!$A$1": 1,
    # the rest
    "IFERROR(1/0,7)": 7,
    "IF(ISERROR(1/0),1,0)": 1,
    "NORMSINV(0.8)": 0.8416212335729143,
    "CHOOSE(2,10,20)": 20,
    "-2^2": 4,
    "1.02^$C$1": 1.02**3,
    "SQRT(2)": 2**0.5,
    "PRODUCT($E$1:$E$3)": 120,
    "EXP(1)": 2.718281828459045,
    "LN(10)": 2.302585092994046,
    "SMALL($E$1:$E$3,2)": 5,
    "LARGE($E$1:$E$3,1)": 6,
    "MEDIAN($E$1:$E$3)": 5,
    "PERCENTILE($E$1:$E$3,0.25)": 4.5,
    'COUNTIFS($B$10:$B$14,3,$C$10:$C$14,">1")': 2,
    "SUMIFS($C$10:$C$14,$B$10:$B$14,3)": 5,
    "COLUMNS($A$1:$C$1)": 3,
    "ROWS($A$1:$C$1)": 1,
    "ABS($P$3)": 3,
    'ISNUMBER(SEARCH("EN",$K$1))': True,
    'ISNUMBER(SEARCH("zz",$K$1))': False,
    "$E$1^(1/2)": 2,
    "LN(EXP($E$2))": 5,
    "SUMIF($B$10:$B$14,3,$C$10:$C$14)": 5,
    "IF(TRUE(),FALSE(),1)": False,
    'HYPERLINK("#\'Bid - data\'!A1","go")': "go",
}

ARRAYS: dict[str, np.ndarray] = {
    "MINVERSE($G$1:$I$3-$A$5:$C$7)": np.linalg.inv(np.eye(3) - SHARES),
    "MMULT(MINVERSE($G$1:$I$3-$A$5:$C$7),$E$1:$E$3)": np.linalg.solve(np.eye(3) - SHARES, [[4], [5], [6]]),
    "MMULT($A$1:$C$1,MINVERSE($G$1:$I$3-$A$5:$C$7))": [[1, 2, 3]] @ np.linalg.inv(np.eye(3) - SHARES),
    "TRANSPOSE($E$1:$E$3)": np.array([[4, 5, 6]]),
}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every form once, each with the value that Excel gives."""
    path = tmp_path_factory.mktemp("forms") / "forms.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet(SHEET), book.add_worksheet(OTHER)
        other.write_number("A1", 41)
        sheet.write_row("A1", [1, 2, 3])
        sheet.write_column("E1", [4, 5, 6])
        for row in range(3):
            sheet.write_row(row, 6, [float(row == column) for column in range(3)])
            sheet.write_row(4 + row, 0, SHARES[row])
        for row, tied in enumerate(TIED):
            sheet.write_row(9 + row, 0, tied)
        for row, name in enumerate(NAMES):
            if name:
                sheet.write_string(row, 10, name)
                sheet.write_number(row, 11, 2**row)
        sheet.write_column("N1", [_day(2026, month, 1) for month in range(4, 10)])
        sheet.write_column("P1", [5, None, -3])
        sheet.write_column("Q1", [True, False])
        sheet.write_column("R1", [2, 1.005])
        sheet.write_string("R3", "12")
        sheet.write_formula("R4", '=""', None, "")
        book.define_name("fcr_pence", f"='{SHEET}'!$R$1")
        for row, (formula, value) in enumerate(FORMULAS.items()):
            sheet.write_formula(row, 25, f"={formula}", None, value)
        row = 0
        for formula, block in ARRAYS.items():
            height, width = block.shape
            first, *rest = np.ndenumerate(block)
            sheet.write_array_formula(row, 27, row + height - 1, 26 + width, f"{{={formula}}}", None, first[1])
            for (r, c), value in rest:
                sheet.write_number(row + r, 27 + c, value)
            row += height
    return path


@judges.needs_libreoffice
def test_libreoffice_gives_what_excel_gives(workbook: Path, tmp_path: Path) -> None:
    """No form among them means one thing in Excel and another in LibreOffice."""
    found = judges.differences(workbook, judges.recalculate([workbook], tmp_path)[workbook])
    assert judges.readable(found) == ""


def test_formualizer_gives_what_excel_gives(workbook: Path) -> None:
    """The quick judge may stand in for the slow one on all of them."""
    found = judges.differences(workbook, judges.second_opinion(workbook))
    assert judges.readable(found) == ""
    assert len(judges.values(workbook)) == 1 + len(FORMULAS) + sum(block.size for block in ARRAYS.values())


def test_every_function_allowed_is_tried(workbook: Path) -> None:
    """The list of allowed functions is this page's: nothing is on it that no program was asked about."""
    tried = {name for formula in modelling_rules.Opened(workbook).formulas for name in formula.functions}
    assert tried == modelling_rules.FUNCTIONS
