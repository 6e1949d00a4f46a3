"""Imported costs into a bid beside the costs it has, and into new files: never over one that is there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from fcr.bid import Bid
from fcr.files import read, write, write_whole
from fcr.inputs import read_json
from fcr.workbook.guard import read_bytes, refuse
from fcr.workbook.ledger import LedgerImport

__all__ = ["into_bid", "write_new"]


def into_bid(ledger: LedgerImport, path: str | os.PathLike[str]) -> Bid:
    """The bid in a file with the costs of a ledger added.

    A ``.json`` file may be a draft that is no bid yet for want of costs. Raises
    :class:`~fcr.errors.InputError` with every account still to be decided, or with all that does
    not fit together: a cost on a centre that the bid does not have, or one that it has already.
    """
    costs = [cost.to_dict() for cost in ledger.decided().costs]
    where = str(path)
    if Path(path).suffix.lower() == ".xlsx":
        data = read(path).to_dict()
        data["organisation"]["costs"] = [*data["organisation"].get("costs", []), *costs]
        return Bid.from_dict(data)
    try:
        data = read_json(read_bytes(Path(path)).decode("utf-8-sig"))
    except UnicodeDecodeError:
        refuse("not-json", where, "it is not text in UTF-8, so it is not JSON", "Give a bid, a .json file.")
    organisation = data.get("organisation") if isinstance(data, dict) else None
    if isinstance(organisation, dict) and isinstance(organisation.get("costs", []), list):
        organisation["costs"] = [*organisation.get("costs", []), *costs]
    return Bid.from_dict(data)  # where there is no place for the costs, it says what is wrong there


def write_new(path: str, inputs: Iterable[Path], *, suffix: str, text: str, bid: Bid | None = None) -> str:
    """Write a text, or a bid in its place, to a new file: whole or not at all. Its name is returned.

    Raises :class:`~fcr.errors.InputError` when the file is one of the inputs, is there already, has
    not the suffix it should, or cannot be written.
    """
    target = Path(path)
    if target.exists():
        taken = any(given.exists() and target.samefile(given) for given in inputs)
        what = "it is a file being read" if taken else "the file exists already"
        refuse("file-exists", path, what, "Give another name.")
    kinds = (suffix,) if bid is None else (suffix, ".xlsx")
    if target.suffix.lower() not in kinds:
        what = f"the name ends in {target.suffix or 'nothing at all'}, expected {' or '.join(kinds)}"
        refuse("file-kind", path, what, "Give a name of that kind.")
    if bid is None:
        write_whole(target, text.encode())
    else:
        write(bid, target)
    return path
