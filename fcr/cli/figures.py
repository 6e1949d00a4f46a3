"""The commands that work a bid out: price, explain, apportion, risk, compare."""

from __future__ import annotations

import argparse

from fcr.apportionment import apportion
from fcr.cli.common import read, show, width
from fcr.comparison import compare
from fcr.funders import funder_pays
from fcr.pricing import price
from fcr.risk.balance import balance
from fcr.risk.premium import PREMIUM_METHODS, premium
from fcr.risk.sensitivity import stress, tornado
from fcr.risk.simulation import simulate
from fcr.table import Column, Row, Table

__all__ = ["apportion_bid", "compare_bids", "explain_bid", "price_bid", "weigh_risks"]


def price_bid(options: argparse.Namespace) -> int:
    """The price build-up, and whatever else is asked for."""
    bid = read(options.file)
    priced = price(bid)
    wide, data = width(), priced.to_dict()
    texts = [priced.text(wide)]
    if options.lines:
        texts.append(priced.profile.table().text(wide))
        data["profile"] = priced.profile.to_dict()
    if options.lost:
        texts.append(priced.if_lost().text(wide))
        data["if_lost"] = priced.if_lost().to_dict()
    if options.funder:
        offer = funder_pays(priced, options.funder, ineligible=options.ineligible or ())
        texts.append(offer.table().text(wide))
        data["funder"] = offer.to_dict()
    show(options, data, *texts)
    return 0


def explain_bid(options: argparse.Namespace) -> int:
    """Why a figure is what it is."""
    tree = price(read(options.file)).explain(*options.path)
    show(options, tree.to_dict(), tree.text(width()))
    return 0


def apportion_bid(options: argparse.Namespace) -> int:
    """The overheads of a base year, shared out."""
    bid = read(options.file)
    result = apportion(bid.organisation, options.method or bid.method)
    show(options, result.to_dict(), result.table().text(width()), result.cascade().text(width()))
    return 0


def weigh_risks(options: argparse.Namespace) -> int:
    """Who carries which risk, and how likely a loss is."""
    bid = read(options.file)
    wide, found = width(), balance(bid, options.draws, options.seed)
    drawn = simulate(bid, options.draws, options.seed)
    bars, stresses = tornado(bid).table(), stress(bid)
    data = {
        "balance": found.to_dict(),
        "simulation": drawn.to_dict(),
        "tornado": bars.to_dict(),
        "stress": stresses.to_dict(),
        "premium_a_year": {method: str(premium(found, method).shown) for method in PREMIUM_METHODS},
    }
    rows = tuple(Row((method, premium(found, method).shown)) for method in PREMIUM_METHODS)
    note = "An amount to adopt is yours to choose (risk_premium). Never add two of these, or one and a contingency."
    columns = (Column("Method", "text"), Column("A year (£)", "number"))
    asked = Table("What to ask for the risks carried", columns, rows, (note,))
    texts = (found.text(wide), drawn.table().text(wide), bars.text(wide), stresses.text(wide), asked.text(wide))
    show(options, data, *texts)
    return 0


def compare_bids(options: argparse.Namespace) -> int:
    """Several offers side by side."""
    result = compare([read(file) for file in options.files], options.draws, options.seed)
    show(options, result.to_dict(), result.text(width()))
    return 0
