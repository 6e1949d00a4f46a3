"""Dated figures set by others: National Insurance, wages, pensions, VAT, inflation, funders' rules.

Each figure is data, in the ``.toml`` files beside this module, one file a subject, and says from
which day it applies, until when it is known, how well it is confirmed and where it comes from.

- :func:`rate` gives one figure on one day; :func:`history` every figure it has had; :func:`names`
  what there is; :func:`source` what a key in ``Rate.sources`` stands for.
- :class:`RateBook` is what a bid uses: the known figures, and whatever the bid assumes beyond them.
- :func:`funder` and :func:`funders` give what funders pay towards overheads.

Nothing is carried forward in silence. Beyond the last known day a look-up raises
:exc:`fcr.errors.RateNotFound`, and only a stated assumption, which is always returned as one,
fills the place.

>>> from datetime import date
>>> rate("employer_ni.secondary_rate", date(2025, 4, 5)).value
Decimal('0.138')
>>> rate("employer_ni.secondary_rate", date(2025, 4, 6)).value
Decimal('0.15')
"""

from fcr.rates._book import RateBook
from fcr.rates._funders import FunderRule
from fcr.rates._known import funder, funders, history, names, rate, source
from fcr.rates._rate import Rate

__all__ = ["FunderRule", "Rate", "RateBook", "funder", "funders", "history", "names", "rate", "source"]
