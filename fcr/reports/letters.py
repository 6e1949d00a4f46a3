"""The letter of negotiation: the review's asks, one to a paragraph, each with its pounds and its source.

It says what the review says and nothing else. What only the writer knows stands in brackets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from fcr.checks import Finding, Review
from fcr.checks.findings import pounds
from fcr.display.words import count
from fcr.errors import InputError, Problem
from fcr.shown import markdown_text

__all__ = ["PLACEHOLDERS", "Ask", "Letter", "letter_of", "letter_text"]

DATE, PERSON, NAME, ROLE, BUYER = "[DATE]", "[WHO YOU WRITE TO]", "[YOUR NAME]", "[YOUR ROLE]", "[THE COMMISSIONER]"
PLACEHOLDERS = (DATE, PERSON, NAME, ROLE, BUYER)
"""What the writer has to fill in."""

GROUPS = {
    "blocker": "What we could not sign without",
    "high": "What we ask you to change",
    "medium": "What would also help",
    "low": "What would also help",
}
YARDSTICK = "default of ours"
YARDSTICKS = "defaults of ours"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask for: the words, the pounds at stake over the term, and what it rests on."""

    number: int
    words: str
    at_stake: str
    """A sentence with the pounds; blank where it has none."""
    source: str

    @property
    def basis(self) -> str:
        """What is at stake and what it rests on."""
        return f"{self.at_stake} {self.source}".strip()


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter, from the address to the signature. Each line of ``opening`` and ``closing`` is a paragraph."""

    head: tuple[tuple[str, ...], ...]
    """Who writes and when, and to whom: a line each."""
    greeting: str
    subject: str
    opening: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Ask, ...]], ...]
    """Each heading with its asks, gravest first."""
    closing: tuple[str, ...]
    signature: tuple[str, ...]

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Every ask, gravest and largest first."""
        return tuple(ask for _, asks in self.groups for ask in asks)

    def markdown(self) -> str:
        """The letter as Markdown; all text of the bid escaped, what is to be filled in in bold."""
        return "\n\n".join(self._blocks()) + "\n"

    def _blocks(self) -> Iterator[str]:
        yield from ("\\\n".join(map(_marked, lines)) for lines in self.head)
        yield _marked(self.greeting)
        yield f"# {_marked(self.subject)}"
        yield from map(_marked, self.opening)
        for heading, asks in self.groups:
            yield f"## {_marked(heading)}"
            yield from (f"{ask.number}. {_marked(ask.words)}\\\n   {_marked(ask.basis)}" for ask in asks)
        yield from map(_marked, self.closing)
        yield "\\\n".join(map(_marked, self.signature))


def _marked(text: str) -> str:
    """Text as Markdown shows it; what is to be filled in in bold."""
    shown = markdown_text(text)
    for placeholder in PLACEHOLDERS:
        shown = shown.replace(markdown_text(placeholder), f"**{placeholder}**")
    return shown


def letter_text(letter: Letter) -> bytes:
    """The letter as a Markdown file."""
    return letter.markdown().encode("utf-8", "replace")


def letter_of(review: Review) -> Letter:
    """The letter that a review calls for. Raises :class:`~fcr.errors.InputError` where it calls for none."""
    bid, offer = review.situation.bid, review.situation.offer
    if bid.contract is None or offer is None:
        fix = "State what the commissioner offers."
        raise InputError([Problem("contract", "the bid states no offer to write about", fix, "missing", ("contract",))])
    found = [f for f in review.raised if f.counts and not f.rule.for_trustees]
    if not found:
        fix = "Thank them, and sign when the trustees agree."
        raise InputError([Problem(bid.name, "the review asks the commissioner for nothing", fix, "nothing-to-ask")])
    buyer = bid.contract.commissioner or BUYER
    numbered = enumerate(found, 1)
    grouped = groupby(numbered, key=lambda pair: GROUPS[pair[1].severity])
    groups = tuple((heading, tuple(_ask(review, n, f) for n, f in group)) for heading, group in grouped)
    return Letter(
        ((bid.organisation.name, DATE), (buyer,)),
        f"Dear {PERSON}",
        f"{bid.service}, {bid.term.firsts[0]:%B %Y} to {bid.term.last:%B %Y}",
        (_offer(review, sum(offer, Decimal(0))), _how(found)),
        groups,
        tuple(_closing(review, found)),
        (NAME, ROLE, bid.organisation.name),
    )


def _offer(review: Review, paid: Decimal) -> str:
    years, shortfall = count(review.situation.bid.years, "year"), review.shortfall
    words = f"Thank you for your offer of {pounds(paid)} over {years}. We have worked out the full cost of the service "
    words += f"line by line: it is {pounds(review.full_cost)}"
    return words + (
        f", so the offer is {pounds(shortfall)} short of it." if shortfall else ", which the offer meets over the term."
    )


def _how(found: list[Finding]) -> str:
    words = "Before we sign, we ask you to agree "
    if len(found) == 1:
        return words + "the change below. We can show you how its figures were worked out."
    words += f"the {len(found)} changes below, the gravest first. "
    if any(f.amount is not None for f in found):
        words += "Where what is at stake for us can be put in pounds, it is, over the whole term; these amounts "
        words += "overlap, and are not to be added up. "
    return words + "We can show you how each figure was worked out."


def _ask(review: Review, number: int, finding: Finding) -> Ask:
    at_stake = ""
    if finding.amount is not None:
        lead = "At stake, at the most" if finding.at_most else "At stake"
        at_stake = f"{lead}: {pounds(finding.amount)}."
    return Ask(number, finding.remedy, at_stake, f"Source: {_source(review, finding)}.")


def _source(review: Review, finding: Finding) -> str:
    """What a finding rests on; where its rule says *as* another's, what that one says."""
    words = finding.rule.source
    other = next((f for f in review.findings if words == f"As {f.code}"), None)
    return words if other is None else other.rule.source


def _closing(review: Review, found: list[Finding]) -> Iterator[str]:
    sources = " ".join(_source(review, f) for f in found).lower()
    if YARDSTICK in sources or YARDSTICKS in sources:
        yield (
            f"Where a source is called a {YARDSTICK}, the yardstick is that of the method we use and not a published "
            "norm; a secondary source is one that reports another."
        )
    yield "We would be glad to talk these points through, and to hear what you could agree to."
    yield "Yours sincerely"
