"""Where the inputs of a laid-out workbook stand in a file: found by its words, not by its places.

Sheets by their names, titles or what stands in them; sections by their titles; single figures by the
label beside them; tables by their headings. So rows and columns that somebody inserted, columns in
another order, sheets that were renamed or added are read all the same. Fixed places are the last resort.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fcr.errors import Problem, nearest
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.opened import Opened, Page
from fcr.workbook.placed import Grid, Input
from fcr.workbook.typed import fold

__all__ = ["Found", "Section", "Table", "find"]

NEAR = 12
"""Rows below the title of a section in which its headings are looked for."""
FEW = 4
"""Fewer headings than these prove no section whose title was changed."""
ENOUGH = 0.5
"""The share of the words of a sheet or of a row of headings by which it is known."""


@dataclass(frozen=True)
class Found:
    """Single input cells that were found: a field, or a series with one cell for each year."""

    given: Input
    page: Page
    row: int
    columns: tuple[int, ...]


@dataclass
class Table:
    """A table of inputs that was found: the columns of its fields, and of its matrices by their headings."""

    grid: Grid
    page: Page
    top: int
    """The row of its headings."""
    stop: int
    """The first row that is no longer its own."""
    columns: dict[str, int] = field(default_factory=dict)
    groups: dict[str, list[int]] = field(default_factory=dict)
    """For each matrix its columns: those that have a heading, or stand where one should."""


@dataclass(frozen=True)
class Section:
    """A part of a laid-out sheet: its title, its rows of headings, its inputs."""

    title: str
    row: int
    stop: int
    heads: Mapping[int, Mapping[int, str]]
    singles: Sequence[Input]
    grids: Sequence[Grid]


class Finder:
    """Looks for the inputs of a book in a file; gathers what could not be found."""

    def __init__(self, book: Book, opened: Opened) -> None:
        self.book, self.opened = book, opened
        self.pages: dict[str, Page] = {}
        self.rows: dict[tuple[str, str, int], int] = {}
        """Where each section begins in the file, by sheet, title and place in the layout."""
        self.singles: list[Found] = []
        self.tables: list[Table] = []
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    # ── sheets ──

    def sheets(self) -> None:
        """Match the sheets of the book with those of the file."""
        free = {page.title: page for page in self.opened.pages}
        missing = []
        for sheet in self.book.sheets:
            page = self.opened.page(sheet.name)
            if page is not None and page.title in free:
                self.pages[sheet.name] = free.pop(page.title)
            else:
                missing.append(sheet)
        for sheet in missing:
            page = next((p for p in free.values() if fold(p.words(0, 0)) == fold(sheet.title)), None)
            page = page or self._likely(sheet, free.values())
            if page is not None:
                self.pages[sheet.name] = free.pop(page.title)
                self.notes.append(f"The sheet {page.title!r} was read as {sheet.name!r}.")
            elif sheet.inputs:
                names = (page.title for page in free.values())
                fix = f"{nearest(sheet.name, names)} Put it back, blank if there is nothing to say on it.".strip()
                self.problems.append(Problem(sheet.name, "this sheet is missing", fix, "no-sheet"))

    @staticmethod
    def _likely(sheet: Sheet, pages: Iterable[Page]) -> Page | None:
        """The sheet that has most of the words of this one, if it has half of them."""
        wanted = {
            fold(t.text) for t in sheet.texts if isinstance(t.text, str) and t.style in {"section", "label", "head"}
        }
        best, most = None, max(1.0, ENOUGH * len(wanted))
        for page in pages:
            here = {fold(str(cell.value)) for cell in page.cells.values() if cell.letter == "s"}
            if len(wanted & here) >= most:
                best, most = page, len(wanted & here)
        return best

    # ── sections ──

    def look(self) -> None:
        """Find every input of the sheets that were found."""
        self.sheets()
        for sheet in self.book.sheets:
            page = self.pages.get(sheet.name)
            if page is None or not sheet.inputs:
                continue
            parts = sections(sheet)
            starts = self._starts(parts, page)
            bottom = max((row for row, _ in page.cells), default=0) + 1
            rows = page.rows
            for part in parts:
                if part.row not in starts:
                    self._no_section(part, sheet, page)
                    continue
                start = starts[part.row]
                stop = min((row for row in starts.values() if row > start), default=bottom)
                self.rows[sheet.name, part.title, part.row] = start
                self._single(part, page, rows, start, stop)
                for grid in part.grids:
                    self._table(grid, part, page, rows, start, stop)

    def _starts(self, parts: Sequence[Section], page: Page) -> dict[int, int]:
        """The row of each section in the file, by its row in the layout."""
        titled: dict[str, list[int]] = {}
        for (row, column), cell in sorted(page.cells.items()):
            if cell.letter == "s" and column <= 1:
                titled.setdefault(fold(str(cell.value)), []).append(row)
        starts: dict[int, int] = {}
        taken: set[int] = set()
        for part in parts:
            if not part.title:
                starts[part.row] = 0
                continue
            rows = [row for row in titled.get(fold(part.title), ()) if row not in taken]
            words = _wanted(part)
            sure = [row for row in rows if not words or _heading(page, row + 1, row + NEAR, words) is not None]
            after = max(starts.values(), default=-1)
            alone = [row for row in sure if len(page.rows[row]) == 1]  # a title stands by itself
            rows = alone or sure or rows
            chosen = next((row for row in rows if row > after), rows[0] if rows else None)
            if chosen is None and words:  # its title was changed: its headings tell it
                top = _heading(page, max(after, 0) + 1, 1 + max((row for row, _ in page.cells), default=0), words, 0.8)
                chosen = None if top is None or len(words) < FEW else top
            if chosen is not None:
                starts[part.row] = chosen
                taken.add(chosen)
        return starts

    def _no_section(self, part: Section, sheet: Sheet, page: Page) -> None:
        named = []
        for given in part.singles:
            at = self.opened.names.get(given.block.name.casefold()) if given.block.name else None
            if at is not None and at[0] == page.title:
                width = given.block.shape[1]
                self.singles.append(Found(given, page, at[1], tuple(range(at[2], at[2] + width))))
                named.append(given)
        if len(named) < len(part.singles) or part.grids:
            texts = (page.words(row, column) for row, column in page.cells if column == 0)
            fix = f"{nearest(part.title, texts)} Put the title back, with what stood under it.".strip()
            self.problems.append(Problem(sheet.name, f"the part {part.title!r} is missing", fix, "no-section"))

    # ── single figures ──

    def _single(self, part: Section, page: Page, rows: Mapping[int, list[int]], start: int, stop: int) -> None:
        tops: dict[int, dict[str, int]] = {}
        """For each row of headings, where its words stand in the file."""
        labelled: dict[str, list[int]] = {}
        for row in rows:
            if start < row < stop and (label := page.words(row, rows[row][0])):
                labelled.setdefault(fold(label), []).append(row)
        wanted: dict[str, list[Input]] = {}
        for given in part.singles:
            wanted.setdefault(fold(given.label), []).append(given)
        ours = {fold(text) for line in part.heads.values() for text in line.values()}
        unknown = [label for label in labelled if label not in wanted and label not in ours]
        for label, inputs in wanted.items():
            there = labelled.get(label, [])
            if len(there) != len(inputs):
                there = self._by_name(inputs, page) or there
            if len(there) < len(inputs):
                self._no_label(inputs[0], page, labelled, unknown, start)
                continue
            if len(there) > len(inputs):
                places = " and ".join(page.where(row, 0) for row in there)
                what = f"{len(there)} rows are labelled {inputs[0].label!r} ({places})"
                self.problems.append(Problem(page.where(there[1], 0), what, "Keep one of them.", "twice"))
                continue
            for given, row in zip(inputs, there, strict=True):
                above = max((r for r in part.heads if r < given.block.row), default=-1)
                if above not in tops:
                    words = {fold(text) for text in part.heads.get(above, {}).values()}
                    top = _heading(page, start, stop, words) if words else None
                    line = [] if top is None else page.rows[top]
                    tops[above] = {fold(page.words(top or 0, column)): column for column in line}
                columns = tuple(_columns(given, part.heads.get(above, {}), tops[above]))
                self.singles.append(Found(given, page, row, columns))

    def _by_name(self, inputs: Sequence[Input], page: Page) -> list[int]:
        """The rows to which the names of inputs point."""
        at = [self.opened.names.get(given.block.name.casefold()) for given in inputs if given.block.name]
        return [place[1] for place in at if place is not None and place[0] == page.title]

    def _no_label(
        self, given: Input, page: Page, labelled: Mapping[str, list[int]], unknown: Sequence[str], start: int
    ) -> None:
        close = nearest(given.label, unknown)
        named = (row for label in unknown if label in close.casefold() for row in labelled[label])
        filled = (row for label in unknown for row in labelled[label] if (row, given.block.column) in page.cells)
        row = next(named, None) if close else next(filled, None)
        if row is None:
            self.notes.append(f"{page.title}: no row is labelled {given.label!r}; it was taken as blank.")
            return
        what = f"no row is labelled {given.label!r}, and {page.words(row, 0)!r} is not known"
        fix = f"Label it {given.label!r}, or clear the row."
        problem = Problem(page.where(max(row, start), 0), what, fix, "unknown-label", given.path)
        self.problems.append(problem)

    # ── tables ──

    def _table(
        self, grid: Grid, part: Section, page: Page, rows: Mapping[int, list[int]], start: int, stop: int
    ) -> None:
        wanted = {
            name: (f"{given.label} ({given.unit})" if given.unit else given.label)
            for name, given in grid.inputs.items()
            if given.heads is None
        }
        top = _heading(page, start, min(stop, start + NEAR), {fold(text) for text in wanted.values()})
        if top is None:
            what, fix = f"the headings of {part.title!r} are missing", "Put the row of headings back."
            self.problems.append(Problem(page.where(start, 0), what, fix, "no-heading", grid.path))
            return
        table = Table(grid, page, top, stop)
        heads = {column: page.words(top, column) for column in rows.get(top, ())}
        free = {column: text for column, text in heads.items() if text}
        self._groups(table)
        self._named_columns(table, wanted, free)
        self._spread(table)
        self.tables.append(table)
        ours = {fold(text) for line in part.heads.values() for text in line.values()} | {
            fold(t) for t in wanted.values()
        }
        self._unclaimed(table, {c: t for c, t in free.items() if fold(t) not in ours}, rows)

    def _named_columns(self, table: Table, wanted: Mapping[str, str], free: dict[int, str]) -> None:
        """Each field's column by its heading; then by its heading without the unit."""
        page, top = table.page, table.top
        inside = {column for columns in table.groups.values() for column in columns[:1]}
        for plain in (False, True):
            for name, text in wanted.items():
                key = _bare(text) if plain else fold(text)
                at = [c for c, t in free.items() if (_bare(t) if plain else fold(t)) == key and c not in inside]
                if name in table.columns or not at:
                    continue
                if len(at) > 1:
                    places = " and ".join(page.where(top, column) for column in at)
                    what = f"{len(at)} columns are headed {text!r} ({places})"
                    self.problems.append(Problem(page.where(top, at[1]), what, "Keep one of them.", "twice"))
                table.columns[name] = at[0]
                for column in at:
                    free.pop(column)

    def _groups(self, table: Table) -> None:
        """Where each matrix begins: under its title, above the headings."""
        page = table.page
        for name, given in table.grid.inputs.items():
            if given.heads is None:
                continue
            titles = [
                (row, column)
                for row in (table.top - 1, table.top - 2)
                for column in page.rows.get(row, ())
                if fold(page.words(row, column)) == fold(given.label)
            ]
            if titles:
                table.groups[name] = [titles[0][1]]
            else:
                what, fix = f"no column is titled {given.label!r}", f"Put {given.label!r} back above the first of them."
                self.problems.append(
                    Problem(page.where(max(table.top - 1, 0), 0), what, fix, "no-heading", table.grid.path)
                )

    def _spread(self, table: Table) -> None:
        """The columns of each matrix: from its title to the next field's column or the next title."""
        claimed = sorted({*table.columns.values(), *(columns[0] for columns in table.groups.values())})
        for name, columns in table.groups.items():
            heads = table.grid.inputs[name].heads
            assert heads is not None
            first, page = columns[0], table.page
            end = next((column for column in claimed if column > first), None)
            if end is None:  # the last: as wide as it was made, and on while headings go on
                end = first + heads.shape[1]
                while (cell := page.cells.get((table.top, end))) is not None and cell.formula is not None:
                    end += 1
            table.groups[name] = list(range(first, end))

    def _unclaimed(self, table: Table, free: Mapping[int, str], rows: Mapping[int, list[int]]) -> None:
        """Columns that are no part of the table: named if one of them may be a heading that was changed."""
        page = table.page
        grouped = {column for columns in table.groups.values() for column in columns}
        missing = {n: g for n, g in table.grid.inputs.items() if g.heads is None and n not in table.columns}
        filled = {column for row in rows if table.top < row < table.stop for column in rows[row]}
        order = [n for n, g in table.grid.inputs.items() if g.heads is None]
        for column, text in free.items():
            if column in grouped or column not in filled:
                continue
            labels = {n: g.label for n, g in missing.items()}
            beside = next((n for n in missing if column in _beside(n, order, table.columns)), None)
            close = next((n for n, label in labels.items() if nearest(text, [label])), beside)
            if close is not None:
                what = f"the heading {text!r} is not known, and no column is headed {labels[close]!r}"
                fix = f"Head it {labels[close]!r}, or clear the column."
                self.problems.append(
                    Problem(page.where(table.top, column), what, fix, "unknown-heading", table.grid.path)
                )
                missing.pop(close)
            else:
                self.notes.append(f"{page.title}: the column {text!r} is not part of the model; it was not read.")
        for given in missing.values():
            where = f"{page.title}, {table.grid.title}" if page.title != table.grid.title else page.title
            self.notes.append(f"{where}: no column is headed {given.label!r}; it was taken as blank.")


def find(book: Book, opened: Opened) -> Finder:
    """Look for every input of a laid-out workbook in a file."""
    finder = Finder(book, opened)
    finder.look()
    return finder


def sections(sheet: Sheet) -> list[Section]:
    """The parts of a laid-out sheet that have inputs, and all its titles."""
    titles = [(t.text, t.row) for t in sheet.texts if t.style == "section" and isinstance(t.text, str)]
    starts = [("", 0), *sorted(titles, key=lambda at: at[1])]
    parts = []
    for number, (title, row) in enumerate(starts):
        stop = starts[number + 1][1] if number + 1 < len(starts) else 1 << 30
        heads: dict[int, dict[int, str]] = {}
        for text in sheet.texts:
            if text.style == "head" and isinstance(text.text, str) and row < text.row < stop:
                heads.setdefault(text.row, {})[text.column] = text.text
        here = [given for given in sheet.inputs if row < given.block.row < stop]
        singles = [given for given in here if given.grid is None]
        grids = list({id(given.grid): given.grid for given in here if given.grid is not None}.values())
        if title or here:
            parts.append(Section(title, row, stop, heads, singles, grids))
    return parts


def _wanted(part: Section) -> set[str]:
    """The words of the first row of headings of a section."""
    first = min(part.heads, default=None)
    return set() if first is None else {fold(text) for text in part.heads[first].values()}


def _heading(page: Page, start: int, stop: int, words: set[str], share: float = ENOUGH) -> int | None:
    """The row that has most of some words, if it has a fair share of them."""
    best, most = None, max(1.0, share * len(words)) - 1e-9
    counts: dict[int, set[str]] = {}
    for row in page.rows:
        if start <= row < stop:
            counts[row] = words & {fold(page.words(row, column)) for column in page.rows[row]}
    for row, found in sorted(counts.items()):
        if len(found) > most:
            best, most = row, len(found)
    return best


def _columns(given: Input, heads: Mapping[int, str], here: Mapping[str, int]) -> Iterator[int]:
    """The columns of a field or a series: by the headings above it, else where it was laid out."""
    shift = 0
    for step in range(given.block.shape[1]):
        column = given.block.column + step
        found = here.get(fold(heads.get(column, "")))
        shift = shift if found is None else found - column
        yield column + shift if found is None else found


def _bare(text: str) -> str:
    """A heading without its unit."""
    return fold(text.rpartition(" (")[0] if text.endswith(")") and " (" in text else text)


def _beside(name: str, order: Sequence[str], columns: Mapping[str, int]) -> set[int]:
    """Where a column would stand by the neighbours it was laid out with."""
    at = order.index(name)
    left = columns.get(order[at - 1]) if at else None
    right = columns.get(order[at + 1]) if at + 1 < len(order) else None
    return {c for c in (None if left is None else left + 1, None if right is None else right - 1) if c is not None}
