"""Whether everything adds up: the second half of the Integrity sheet, whose verdict stands on every sheet."""

from __future__ import annotations

from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import absolute, if_, product_sum, rounded, total
from fcr.workbook.layout import Book
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.price import Priced
from fcr.workbook.sheets.profile import Profile
from fcr.workbook.sheets.sharing import Sharing

__all__ = ["reconciliation"]


def reconciliation(book: Book, months: Months, lines: Lines, shared: Sharing, costs: Profile, priced: Priced) -> Block:
    """Lay out whether costs in are costs out, and whether tables add up; the verdict is ``fcr_integrity``."""
    sheet = book.named("Integrity")
    sheet.ruler(
        "Does it add up?", months.year_labels, "Differences in pounds: anything but nought is a fault in the workbook."
    )
    running = product_sum(lines.running.all * lines.cash.all * lines.years.down)
    tests: tuple[tuple[str, Node], ...] = (
        ("Running cost: centres against lines", total(shared.own.line(months.years)) - running),
        ("Full cost: months against years", months.yearly(costs.monthly) - costs.exact),
        ("Full cost: groups against the whole", total(costs.groups.down) - costs.full_cost),
        ("Overheads: pools against the group", total(costs.pools.down) - costs.groups.cut(rows=slice(1, 2))),
        ("Direct cost: lines against the group", total(costs.direct.down) - costs.groups.cut(rows=slice(0, 1))),
        ("Price: steps against the whole", total(priced.steps.down) + costs.full_cost - priced.price),
    )
    size = book.names["fcr_size"]
    missing = book.names["fcr_missing"]
    found = [(label, "£", if_(missing > 0, 0, rounded(absolute(test), size))) for label, test in tests]
    out = sheet.stack(found, "#,##0.000000")
    sheet.row += 1
    differences = sheet.calc("Differences in all", "£", total(out.all), name="fcr_differences")
    words = if_(differences > 0, "FAULT: it does not add up. See Integrity", "Complete, and everything adds up")
    verdict = if_(missing > 0, "Not complete yet: see Integrity for what is missing", words)
    return sheet.calc("Verdict", "", verdict, "text", name="fcr_integrity")
