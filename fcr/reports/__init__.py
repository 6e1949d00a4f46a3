"""For people who decide: a review as one page to read, and a letter that asks for better terms.

Nothing here works a figure out: every table is the result's own, and the words are the review's.
"""

from fcr.reports.contents import Report
from fcr.reports.letters import Letter
from fcr.reports.writing import letter, report

__all__ = ["Letter", "Report", "letter", "report"]
