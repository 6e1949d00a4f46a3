"""Bids in files: read whole or refused, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fcr._version import __version__
from fcr.bid import Bid
from fcr.errors import InputError, Problem, RateNotFound
from fcr.pricing import price
from fcr.progress import work

if TYPE_CHECKING:
    from fcr.workbook.reviewed import Known

__all__ = ["read", "read_noted", "write", "write_whole"]

LARGEST_FILE = 20_000_000
MOST_SAID = 20
"""Formulas of a workbook that are named one by one."""
SUFFIXES = (".json", ".xlsx")


def _suffix(path: Path) -> str:
    if "\0" in str(path):
        fix = "Give the name of a file."
        raise InputError([Problem(repr(str(path)), "no file can have this name", fix, "no-file")])
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        what = f"the name ends in {suffix or 'nothing at all'}, expected {' or '.join(SUFFIXES)}"
        raise InputError([Problem(str(path), what, "Give a file of that kind.", "file-kind")])
    return suffix


def read(path: str | os.PathLike[str]) -> Bid:
    """The bid in a ``.json`` file or an ``.xlsx`` workbook.

    Raises :class:`~fcr.errors.InputError` with every problem found, a file that is not there or
    cannot be read included; for a workbook each problem names its sheet and cell. How a workbook was
    read, and whether its own formulas are whole, says :func:`fcr.workbook.reader.read_workbook`.

    >>> import fcr
    >>> fcr.write(fcr.example(), "bid.xlsx")
    >>> fcr.read("bid.xlsx").service
    'Debt advice'
    """
    path = Path(path)
    if _suffix(path) == ".xlsx":
        from fcr.workbook.reader import read_bid  # noqa: PLC0415 (a bid in JSON does without)

        with work(f"Reading {path.name}"):
            return read_bid(path)
    return _from_json(path)


def read_noted(path: str | os.PathLike[str]) -> tuple[Bid, tuple[str, ...]]:
    """The bid in a file, and what a careful reader would want to know of a workbook.

    That is how it was read (figures typed as text, formulas in place of figures, hidden rows), and
    each formula of its own model that was overwritten or edited.
    """
    path = Path(path)
    if _suffix(path) == ".xlsx":
        from fcr.workbook.reader import read_workbook  # noqa: PLC0415 (a bid in JSON does without)

        with work(f"Reading {path.name}"):
            reading = read_workbook(path)
        changed = [str(formula) for formula in reading.formulas]
        if len(changed) > MOST_SAID:
            more = f"{len(changed) - MOST_SAID} more formulas are not as they were made"
            changed[MOST_SAID:] = [f"{more}. Start from a fresh workbook: fcr template."]
        return reading.bid, (*reading.notes, *changed)
    return _from_json(path), ()


def _from_json(path: Path) -> Bid:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            what = f"the file is {size / 1e6:,.0f} MB; the most is {LARGEST_FILE / 1e6:,.0f} MB"
            raise InputError([Problem(str(path), what, "Check that it is the right file.", "file-size")])
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        fix = "Check the name and the folder."
        raise InputError([Problem(str(path), "there is no such file", fix, "no-file")]) from None
    except OSError as error:
        what = f"it cannot be read: {error.strerror}"
        raise InputError([Problem(str(path), what, "Check that you may open it.", "no-file")]) from None
    except UnicodeDecodeError:
        what = "it is not text in UTF-8, so it is not JSON"
        raise InputError([Problem(str(path), what, "Export it again.", "not-json")]) from None
    return Bid.from_json(text)


def write(known: Known, path: str | os.PathLike[str], *, day: date | None = None) -> None:
    """Keep a bid, or a result with the bid it is of, in a ``.json`` file or an ``.xlsx`` workbook.

    A workbook is the whole live model, with the bid's figures in its cells. Of a result it has
    besides what no formula can say: of a review every finding, the workings of the price and the
    simulation; of a price its workings; of a simulation or a balance of risk both of these. They
    bear the ``day`` you give, and say when inputs have changed since. A ``.json`` file of a result is
    its plain data, for other programs; of a bid, the bid itself, to be read again.

    The prices and dated figures of a bid go with it, so that a later version of the library can say
    which figure changed; a bid that cannot be priced yet is kept without them. Same input, same bytes.

    Raises :class:`~fcr.errors.InputError` when the file cannot be written, or a workbook cannot hold
    the bid exactly; what was there before is then untouched.

    >>> import fcr
    >>> fcr.write(fcr.example(), "bid.json")
    >>> fcr.read("bid.json").service
    'Debt advice'
    """
    path = Path(path)
    if _suffix(path) == ".xlsx":
        with work(f"Writing {path.name}"):
            write_whole(path, _workbook(known, day))
    elif isinstance(known, Bid):
        write_whole(path, _saved(known).to_json().encode())
    else:
        write_whole(path, (json.dumps(known.to_dict(), indent=2, ensure_ascii=False) + "\n").encode())


def _saved(bid: Bid) -> Bid:
    """A bid with what it comes to today, where that can be told."""
    bid = bid.replace(saved=None)
    with suppress(RateNotFound, InputError):  # not priceable yet: there is no figure to keep
        bid = bid.replace(saved=price(bid).saved(__version__))
    return bid


def _workbook(known: Known, day: date | None) -> bytes:
    """A bid as a workbook. Raises :class:`~fcr.errors.InputError` for what no cell can hold exactly."""
    from fcr.workbook.model import lay_out  # noqa: PLC0415 (a bid in JSON does without)
    from fcr.workbook.reviewed import bid_of, stamps_of  # noqa: PLC0415 (a bid in JSON does without)
    from fcr.workbook.writer import to_bytes  # noqa: PLC0415 (a bid in JSON does without)

    book = lay_out(_saved(bid_of(known)).to_dict(), stamps=stamps_of(known, day))
    if book.problems:
        raise InputError(book.problems)
    return to_bytes(book)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole, or leave what is there. Raises :class:`~fcr.errors.InputError` where it cannot be."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        what = f"it cannot be written: {error.strerror}"
        raise InputError([Problem(str(path), what, "Choose a folder you may write to.", "no-file")]) from None
    finally:  # whether it was written, could not be, or was stopped half way
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
