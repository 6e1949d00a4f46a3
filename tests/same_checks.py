"""Whether the checks of a laid-out workbook say what Python says: for tests of any bid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fcr.checks import Review
from fcr.workbook.layout import Book
from fcr.workbook.sheets.checks import PYTHON


@dataclass(frozen=True)
class Shown:
    """What the Offer and checks sheet says."""

    cells: Mapping[tuple[int, int], Any]
    labels: Mapping[str, int]

    def beside(self, label: str, column: int) -> Any:
        """The cell in a column of the row with this label."""
        return self.cells.get((self.labels[label], column))


def shown(book: Book) -> Shown:
    """The sheet's cells as they were laid out."""
    sheet = book.named("Offer and checks")
    cells: dict[tuple[int, int], Any] = {}
    for calculation in sheet.calculations:
        block = calculation.block
        for i, row in enumerate(np.broadcast_to(block.values, block.shape).tolist()):
            cells |= {(block.row + i, block.column + j): value for j, value in enumerate(row)}
    labels: dict[str, int] = {}
    for text in sheet.texts:
        words = text.text if isinstance(text.text, str) else str(text.text.values[0, 0])
        cells.setdefault((text.row, text.column), words)
        if text.column == 0 and text.style in {"label", "plain"}:
            labels[words.partition(". ")[0]] = text.row
    return Shown(cells, labels)


def wrong(book: Book, review: Review) -> Iterator[str]:
    """Where a live answer, its pounds, the verdict, recovery or a feature is not Python's."""
    says = shown(book)
    for finding in review.findings:
        answer, amount = says.beside(finding.code, 1), says.beside(finding.code, 2)
        if str(answer).startswith(PYTHON):
            continue
        law = (finding.answer, float(finding.amount or 0))
        if (answer, float(amount or 0)) != law:
            yield f"{finding.code}: {answer}, {amount}, not {law}: {finding.measured}"
    verdict = str(says.beside("Verdict", 2))
    decided = verdict.removesuffix(", as far as this workbook can tell")
    worse = ["unknown: no offer is stated", "acceptable with notes", "sign only if amended", "do not sign as drafted"]
    if verdict != review.verdict and (decided == verdict or worse.index(decided) > worse.index(review.verdict)):
        yield f"verdict: {verdict}, not {review.verdict}"
    for feature in review.features():
        met = says.beside(feature.name, 2)
        if met not in {feature.met, PYTHON}:
            yield f"{feature.name}: {met}, not {feature.met}"
    rows = review.recovery().rows
    for row in rows if review.situation.offer is not None and "known" not in str(says.beside("Term", 2)) else ():
        cells = [says.beside(str(row.cells[0]), column) for column in range(1, 5)]
        if [round(float(x), 6) for x in cells] != [float(str(x)) for x in row.cells[1:]]:
            yield f"recovery, {row.cells[0]}: {cells}, not {row.cells[1:]}"
