"""Workbooks and ledgers: what arrives from spreadsheets and accounts packages, untrusted until read.

:func:`import_costs` takes a trial balance or nominal ledger export into cost lines.
"""

from fcr.workbook.into import into_bid, write_new
from fcr.workbook.ledger import LedgerImport, LeftOut, import_costs
from fcr.workbook.mapping import LedgerMapping, Rule, read_mapping

__all__ = ["LedgerImport", "LedgerMapping", "LeftOut", "Rule", "import_costs", "into_bid", "read_mapping", "write_new"]
