"""What a risk may come to, of every kind that has one, as plain data, drawn for the property tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

from hypothesis import strategies as st

Plain: TypeAlias = dict[str, Any]
D = Decimal

amounts = st.integers(-(10**7), 10**7).map(lambda n: D(n).scaleb(-2))
widths = st.one_of(st.just(D(0)), st.integers(1, 10**7).map(lambda n: D(n).scaleb(-2)))
shares = st.integers(0, 100).map(lambda n: D(n).scaleb(-2))
positives = st.integers(1, 10**6).map(lambda n: D(n).scaleb(-2))
counts = st.integers(0, 500)


@st.composite
def three(draw: st.DrawFn, names: tuple[str, str, str], weight: st.SearchStrategy[Any] | None = None) -> Plain:
    low, up, down = draw(amounts), draw(widths), draw(widths)
    found = dict(zip(names, (low, low + up, low + up + down), strict=True))
    return found if weight is None else found | {"weight": draw(weight)}


@st.composite
def floored(draw: st.DrawFn) -> Plain:
    found: Plain = draw(three(("p10", "mode", "p90")))
    return found | {"floor": found["p10"] - draw(widths)}


@st.composite
def scenarios(draw: st.DrawFn) -> Plain:
    weights = draw(st.lists(st.integers(0, 20), min_size=1, max_size=7).filter(any))
    parts = [round(D(w) / sum(weights), 6) for w in weights]
    parts[parts.index(max(parts))] += 1 - sum(parts)
    return {"outcomes": [{"value": draw(amounts), "probability": part} for part in parts]}


def of_kind(kind: str, figures: st.SearchStrategy[Plain]) -> st.SearchStrategy[Plain]:
    return figures.map(lambda found: {"kind": kind, **found})


POINTS = ("low", "mode", "high")
weights = st.sampled_from([D(0), D("0.5"), D(4), D(100)])
alone = st.one_of(
    of_kind("fixed", st.fixed_dictionaries({"value": amounts})),
    of_kind("uniform", three(("low", "mode", "high")).map(lambda f: {"low": f["low"], "high": f["high"]})),
    of_kind("triangular", three(POINTS)),
    of_kind("pert", three(POINTS)),
    of_kind("pert", three(POINTS, weight=weights)),
    of_kind("three-point", three(("p10", "mode", "p90"))),
    of_kind("three-point", floored()),
    of_kind("lognormal", st.fixed_dictionaries({"median": positives, "sigma": shares})),
    of_kind("lognormal", st.tuples(positives, st.integers(1, 30)).map(lambda t: {"p10": t[0], "p90": t[0] * t[1]})),
    of_kind("normal", st.fixed_dictionaries({"mean": amounts, "sd": widths})),
    of_kind("poisson", st.fixed_dictionaries({"rate": shares})),
    of_kind("negative-binomial", st.fixed_dictionaries({"mean": positives, "cv": shares})),
    of_kind("binomial", st.fixed_dictionaries({"trials": counts, "probability": shares})),
    of_kind("beta-binomial", st.fixed_dictionaries({"trials": counts, "probability": shares, "correlation": shares})),
)
every_kind = st.one_of(
    alone,
    of_kind("scenarios", scenarios()),
    of_kind("event", st.fixed_dictionaries({"probability": shares, "impact": alone})),
    of_kind("compound-poisson", st.fixed_dictionaries({"rate": shares, "severity": alone})),
)
