"""Full cost recovery in cells: the twin of :mod:`fcr.checks.full_cost_recovery`."""

from __future__ import annotations

from fcr.workbook.formula import Node, node
from fcr.workbook.functions import (
    both,
    count_given,
    count_numbers,
    either_of,
    if_,
    largest,
    most,
    most_where,
    not_,
    nth,
    product_sum,
    rounded,
    total,
)
from fcr.workbook.sheets.checks import Cases, Seen, passed, raised, unknown

__all__ = ["RECOVERY"]


def full_cost(s: Seen) -> Cases:
    """Each year: offer − full cost; a blocker beyond the threshold or below direct cost."""
    gap = s.shared["gap"]
    limit = s.limit("blocker below full cost by") * s.costs.full_cost
    deep = s.figure(
        "Short by more than the limit", "1 is yes", if_(s.over(-s.shared["difference"], limit), 1, 0), "flag"
    )
    own = rounded(s.costs.marginal, s.fixed("pence"))
    below = s.figure("Below the direct cost", "1 is yes", if_(s.over(own, s.income.reported), 1, 0), "flag")
    words = node("short by ").join(s.money(gap), " over the term")
    yield from s.not_live()
    yield passed(gap <= 0, "the offer recovers all of full cost each year")
    yield raised(total(below.all) > 0, words.join("; below even the direct cost"), "blocker", amount=gap + 0)
    yield raised(total(deep.all) > 0, words, "blocker", amount=gap + 0)
    yield raised(None, words, amount=gap + 0)


def subsidy_decided(s: Seen) -> Cases:
    """A decision is on record that covers every year that falls short, in amount and in time."""
    gap, decision = s.shared["gap"], s.bid.subsidy
    year = s.figure("Last year that falls short", "number", most_where((s.short.all > 0) * s.months.years.all), "whole")
    most_needed = s.figure("Most that a year falls short", "£", largest(s.short.all))
    end = s.figure("Its last day", "date", nth(s.months.last.across, most(year * 12, 1)) + 0, "date")
    needed = node("a subsidy of ").join(s.money(gap), " is needed")
    amount = decision["yearly_amount"]
    yield from s.not_live()
    yield passed(gap <= 0, "no subsidy is needed")
    yield raised(amount.blank, needed.join(", and no decision to give it is recorded"), amount=gap + 0)
    yield raised(s.over(most_needed, amount), needed.join("; the decision allows less"), amount=gap + 0)
    yield raised(decision["ends"] < end, needed.join("; the decision ends before it does"), amount=gap + 0)
    yield passed(None, "a decision is recorded that covers it")


def overhead_cap(s: Seen) -> Cases:
    """The cap against overheads ÷ direct cost, or ÷ direct cost and overheads, as the cap is stated."""
    word, rate, basis = (s[f"protections.overhead_cap{part}"] for part in ("", ".rate", ".basis"))
    groups = s.costs.exact_groups
    overheads = s.figure("Overheads over the term", "£", total(groups.cut(rows=slice(1, 2)).all))
    direct = s.figure("Running direct cost over the term", "£", total(groups.cut(rows=slice(0, 1)).all))
    base = s.figure("What the cap is a share of", "£", direct + if_(basis.eq("direct"), 0, overheads))
    part = s.figure(
        "Overheads, as a share of it", "share", if_(base.ne(0), overheads / if_(base.ne(0), base, 1), 0), "share"
    )
    of_both = if_(rate < 1, rate / if_(rate < 1, 1 - rate, 1) * direct, overheads)
    allowed = s.figure("Overheads that the cap allows", "£", if_(basis.eq("direct"), rate * direct, of_both))
    words = node("overheads are ").join(s.per_cent(part), "; the cap is ", s.per_cent(rate + 0))
    yield passed(word.eq("none"), "the terms set no cap on overheads")
    yield unknown(either_of(rate.blank, basis.blank), "whether the terms cap overheads, at what rate and of what")
    yield passed(part <= rate + s.fixed("trifle"), words)
    yield raised(None, words, amount=overheads - allowed)


def contribution_to_reserves(s: Seen) -> Cases:
    """Over the term: (offer − full cost) ÷ full cost against the threshold."""
    least = s.figure("Least contribution to reserves", "£", s.limit("least contribution to reserves") * s.full_term)
    words = if_(s.surplus < 0, "the offer is short of full cost by ", "the offer leaves ")
    words = words.join(s.money(if_(s.surplus < 0, -s.surplus, s.surplus)), " over the term")
    yield from s.not_live()
    yield passed(not_(s.over(least, s.surplus)), words)
    yield raised(None, words, amount=least - most(s.surplus, 0))


def sector_floor(s: Seen) -> Cases:
    """Homecare only: the offer over the term ÷ the hours planned against the floor."""
    sector, services = s["sector"], s.given.services
    hour = s.figure(
        "The unit is an hour",
        "services",
        product_sum(services["name"].all.eq(s.bid.service) * s.shared["hourly"].all),
        "whole",
    )
    hours = s.figure("Hours planned over the term", "hours", total(s.lines.units.all), "number")
    each = s.figure("Offer for an hour", "£ an hour", if_(hours > 0, s.offered / if_(hours > 0, hours, 1), 0))
    floor, direct = s.limit("homecare floor"), s.limit("homecare direct cost")
    words = node("the offer comes to ").join(s.money(each), " an hour; the floor is ", s.money(floor))
    amount = (floor - each) * hours
    yield unknown(sector.blank, "the sector: homecare, or other where no floor is published")
    yield passed(sector.eq("other"), "no floor is published for this sector")
    yield unknown(either_of(hours.eq(0), hour.eq(0)), "how many hours of care are planned: the unit is not an hour")
    yield from s.not_live()
    stale = s.bid.start > s.limit("homecare floor, until")
    above = each >= floor - s.fixed("noise")
    yield unknown(both(above, stale), "the floor for the contract's own years: the figure is older")
    yield passed(above, words)
    yield raised(each < direct - s.fixed("noise"), words, "blocker", amount=amount)
    yield raised(None, words, amount=amount)


def start_up_and_close_down(s: Seen) -> Cases:
    """Raised when either has no line at all."""
    some = [
        s.figure(f"Lines of {phase} with a cost", "lines and years", product_sum(block.all.ne(0) * 1), "whole")
        for phase, block in (("start-up", s.costs.start_up), ("close-down", s.costs.close_down))
    ]
    yield raised(both(*(x.eq(0) for x in some)), "nothing is priced for start-up or close-down")
    yield raised(some[0].eq(0), "nothing is priced for start-up")
    yield raised(some[1].eq(0), "nothing is priced for close-down")
    yield passed(None, "both are priced")


def abnormally_low(s: Seen) -> Cases:
    """The offer against full cost, and the mean of the bids with and without itself."""
    peers = s.offer.peers[""]
    count = s.figure("Other bids", "number", count_numbers(peers.all), "whole")
    others = s.figure("Other bids in all", "£", total(peers.all))
    bases = (
        ("Offer against full cost", s.full_term + 0),
        ("Offer against the mean of all bids", if_(count > 0, (others + s.offered) / (count + 1), 0)),
        ("Offer against the mean of the others", if_(count > 0, others / if_(count > 0, count, 1), 0)),
    )
    off = []
    for label, base in bases:
        mean = s.figure(label.replace("Offer against", "For comparison:"), "£", base)
        off.append(s.figure(label, "share", if_(mean.ne(0), s.offered / if_(mean.ne(0), mean, 1) - 1, 0), "share"))
    far = s.fixed("trifle") - s.limit("abnormally low by")
    words = s.per_cent(off[0]).join(" against our full cost")
    yield from s.not_live()
    yield raised(
        either_of(*(x <= far for x in off)), words.join(if_(count > 0, "; beside other bids too it is judged", ""))
    )
    yield passed(count > 0, words.join(", and not far below other bids"))
    yield unknown(None, "what others would bid")


def vat_status(s: Seen) -> Cases:
    """Unknown until the bid states it; VAT on direct costs may be recovered only where VAT is charged."""
    vat, costs = s.bid.vat, s.given.costs
    charged = s.flag("VAT is charged", either_of(vat.eq("standard-rated"), vat.eq("zero-rated")))
    on_it = product_sum(costs.heads("split").across.eq(s.bid.service) * costs["split"].across.ne(""))
    own = either_of(costs["centre"].eq(s.bid.service), on_it > 0)
    recovered = costs["vat_recoverable"]
    wrong = if_(charged > 0, if_(recovered.eq(1), 0, 1), if_(recovered > 0, 1, 0))
    s.sheet.heads("Cost", "Unit", "VAT against the status")
    against = s.sheet.calc(costs["name"].join(""), "1 is yes", if_(both(own, costs["vat_rate"] > 0), wrong, 0), "flag")
    yield unknown(vat.blank, "the VAT status of the supply")
    yield passed(total(against.all).eq(0), node("the supply is ").join(vat))
    yield raised(
        None,
        node("the supply is ").join(
            vat, ", but VAT is treated ", if_(charged > 0, "as a cost", "as recovered"), " on some costs"
        ),
    )


def social_value(s: Seen) -> Cases:
    """Raised for a promise with no cost beside it."""
    promises, word = s.offer.promises, s["promises"]
    free: Node = product_sum(promises["name"].all.ne("") * (promises["yearly_cost"].all <= 0))
    count = s.figure("Promises made", "number", count_given(promises["name"].all), "whole")
    uncosted = s.figure("Promises with no cost beside them", "number", free, "whole")
    yield unknown(both(word.blank, count.eq(0)), "what social value is promised, if any")
    yield raised(uncosted > 0, "something is promised at no cost")
    yield passed(None, if_(count > 0, "each promise is costed", "nothing is promised"))


RECOVERY = {
    "FCR-1": full_cost,
    "FCR-2": subsidy_decided,
    "FCR-3": overhead_cap,
    "FCR-4": contribution_to_reserves,
    "FCR-5": sector_floor,
    "FCR-6": start_up_and_close_down,
    "FCR-7": abnormally_low,
    "FCR-8": vat_status,
    "FCR-9": social_value,
}
