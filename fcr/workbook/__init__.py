"""Workbooks and ledgers: what arrives from spreadsheets and accounts packages, untrusted until read.

:func:`import_costs` takes a trial balance or nominal ledger export into cost lines.
:mod:`fcr.workbook.model` lays a bid out as a live model, :mod:`fcr.workbook.reader` reads it back.
"""

from fcr.workbook.ledger import LedgerImport, LeftOut, import_costs
from fcr.workbook.mapping import LedgerMapping, Rule, read_mapping

__all__ = ["LedgerImport", "LedgerMapping", "LeftOut", "Rule", "import_costs", "read_mapping"]
