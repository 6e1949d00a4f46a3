"""The commands that work a bid out: price, explain, apportion, risk, compare."""

from __future__ import annotations

import argparse

from fcr.apportionment import apportion
from fcr.cli.common import read, show
from fcr.cli.terminal import Thing
from fcr.comparison import compare
from fcr.errors import InputError, Problem
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
    if options.ineligible and options.funder is None:
        fix = "Add --funder and its ID: see fcr funders."
        raise InputError([Problem("--ineligible", "no funder is named who would refuse it", fix, "missing")])
    bid = read(options.file, options)
    priced = price(bid)
    data = priced.to_dict()
    shown: list[Thing] = [priced]
    if options.lines:
        shown.append(priced.profile.table())
        data["profile"] = priced.profile.to_dict()
    if options.lost:
        shown.append(priced.if_lost())
        data["if_lost"] = priced.if_lost().to_dict()
    if options.funder is not None:
        offer = funder_pays(priced, options.funder, ineligible=options.ineligible or ())
        shown.append(offer.table())
        data["funder"] = offer.to_dict()
    show(options, data, *shown)
    return 0


def explain_bid(options: argparse.Namespace) -> int:
    """Why a figure is what it is."""
    tree = price(read(options.file, options)).explain(*options.path)
    show(options, tree.to_dict(), tree)
    return 0


def apportion_bid(options: argparse.Namespace) -> int:
    """The overheads of a base year, shared out."""
    bid = read(options.file, options)
    result = apportion(bid.organisation, options.method or bid.method)
    show(options, result.to_dict(), result.table(), result.cascade())
    return 0


def weigh_risks(options: argparse.Namespace) -> int:
    """Who carries which risk, and how likely a loss is."""
    bid = read(options.file, options)
    found = balance(bid, options.draws, options.seed)
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
    show(options, data, found, drawn.table(), bars, stresses, asked)
    return 0


def compare_bids(options: argparse.Namespace) -> int:
    """Several offers side by side."""
    result = compare([read(file, options) for file in options.files], options.draws, options.seed)
    show(options, result.to_dict(), result)
    return 0
