"""The simulation against numpy's own draws, its memory, and against monaco; a full review against a yardstick.

    pip install monaco==0.23.0
    pytest -m benchmark tests/benchmarks/test_risk.py -s

Each figure is a ratio of times taken in turn in one run, so a slower or busier machine changes both.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_bids import plain

import fcr
from fcr.bid import Bid
from fcr.distributions import Triangular
from fcr.files import read
from fcr.risk.balance import balance
from fcr.risk.model import Model
from fcr.risk.simulation import simulate
from fcr.risks import Risk

pytestmark = pytest.mark.benchmark

D = Decimal
EXAMPLES = Path(fcr.__file__).parent / "examples"
DRAWS, MONTHS, DRIVERS = 1_000_000, 36, 10
BLOCK = 4096


def demo(name: str = "harbour-advice") -> Bid:
    """The bundled bid with its offer and its risks."""
    bid = read(EXAMPLES / f"{name}.json")
    assert isinstance(bid, Bid)
    return bid


def ten_drivers() -> Bid:
    """The demo with ten risks: volume, pay, prices, outcomes, cover, delay, an early end, and three losses."""
    bid = demo()
    sized = [risk for risk in bid.risks if risk.size is not None]
    fire = Risk(name="Fire", size=Triangular(low=D(0), mode=D(1_000), high=D(5_000)))
    return bid.replace(risks=[*sized, fire][:DRIVERS])


def standard_normals(draws: int) -> None:
    """As many variates as ten drivers take over 36 months, in blocks that fit the cache as ours do."""
    random = np.random.default_rng(0)
    for _ in range(0, draws, BLOCK):
        random.standard_normal((BLOCK, MONTHS, DRIVERS))


def test_a_million_draws_within_twice_the_time_to_draw_the_numbers(race: Any, say: Callable[[str], None]) -> None:
    """1,000,000 draws × 36 months × 10 drivers, costed, paid and banked: at most twice numpy's time to draw as many."""
    bid = ten_drivers()
    assert len(bid.risks) == DRIVERS
    assert bid.term.months == MONTHS
    best = race(2, ours=lambda: simulate(bid, DRAWS), numpy=lambda: standard_normals(DRAWS))
    ratio = best["ours"] / best["numpy"]
    say(f"1,000,000 draws: {ratio:.2f} of numpy's time ({best['ours']:.1f} s, numpy {best['numpy']:.1f} s)")
    assert ratio <= 2


MEASURE = """
import resource, sys
from test_risk import ten_drivers, simulate
draws = int(sys.argv[1])
if draws:
    drawn = simulate(ten_drivers(), draws)
    print(drawn.surplus.mean.shown, file=sys.stderr)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""

LAUNCH = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
"""A process is said to have taken what its parent had when it started, so a small parent stands between."""
KEPT = 40
"""Bytes kept of a draw: the surplus of three years and of the term, and the lowest cash."""
SLACK = 32 * 2**20
"""For what is worked out from all of them at once: a mean and its error pass over one more column or two."""


def peak(draws: int) -> int:
    """The most memory a fresh process takes, in bytes."""
    here = Path(__file__).parent
    paths = [str(here), str(here.parent), str(Path(fcr.__file__).parents[1])]
    command = [sys.executable, "-c", LAUNCH, sys.executable, "-c", MEASURE, str(draws)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not say what a process took")
def test_memory_is_flat_but_for_what_is_kept(say: Callable[[str], None]) -> None:
    """A million draws stay under 1 GB over the imports, and grow by no more than the five numbers kept of each."""
    imports, few, many = peak(0), peak(100_000), peak(DRAWS)
    say(
        f"over the imports: {(few - imports) / 2**20:.0f} MB at 100,000, {(many - imports) / 2**20:.0f} MB at 1,000,000"
    )
    assert many - imports < 2**30
    assert many - few <= KEPT * (DRAWS - 100_000) + SLACK


# ── against a Monte Carlo library ────────────────────────────────────────────────────────────────

POINTS = [(100 * i, 150 * i, 300 * i) for i in range(1, DRIVERS + 1)]
"""Ten costs, each least, likeliest and greatest."""
TRIALS = 10_000


def ours() -> float:
    """Draw ten three-point losses and sum them; the mean."""
    risks = [
        Risk(name=f"cost {i}", size=Triangular(low=D(low), mode=D(mode), high=D(high)))
        for i, (low, mode, high) in enumerate(POINTS)
    ]
    found = balance(plain(years=1, risks=risks), TRIALS).loss
    found.quantile(0.8)
    return found.mean.value


def theirs(method: Any) -> float:
    """The same by monaco, in one process, keeping nothing on disk: the way that is fastest here."""
    import monaco  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
    from scipy import stats  # type: ignore[import-untyped]  # noqa: PLC0415

    def prepare(case: Any) -> tuple[list[float]]:
        return ([value.val for value in case.invals.values()],)

    def run(values: list[float]) -> tuple[float]:
        return (sum(values),)

    def keep(case: Any, total: float) -> None:
        case.addOutVal("total", total)

    functions = {"preprocess": prepare, "run": run, "postprocess": keep}
    trial = monaco.Sim(
        "ten costs", TRIALS, functions, samplemethod=method, seed=1, singlethreaded=True, usedask=False, verbose=False
    )
    for i, (low, mode, high) in enumerate(POINTS):
        shape = {"c": (mode - low) / (high - low), "loc": low, "scale": high - low}
        trial.addInVar(f"cost {i}", stats.triang, shape)
    trial.runSim()
    totals = np.array(trial.outvars["total"].nums)
    np.quantile(totals, 0.8)
    return float(totals.mean())


def test_fifty_times_faster_than_monaco(race: Any, say: Callable[[str], None]) -> None:
    """Ten three-point costs, 10,000 draws, the sum, its mean and P80: under a fiftieth of monaco's best time."""
    monaco = pytest.importorskip("monaco")
    methods = [monaco.SampleMethod.SOBOL, monaco.SampleMethod.RANDOM, monaco.SampleMethod.SOBOL_RANDOM]
    truth = sum((low + mode + high) / 3 for low, mode, high in POINTS)
    assert ours() == pytest.approx(truth, rel=0.01)  # the same job
    assert theirs(methods[0]) == pytest.approx(truth, rel=0.01)
    peers = {method.name: (lambda method=method: theirs(method)) for method in methods}
    best = race(4, ours=ours, **peers)
    best["ours"] = min(best["ours"], race(30, ours=ours)["ours"])
    fastest = min(best[name] for name in peers)
    times = fastest / best["ours"]
    say(f"{times:.0f} times faster than monaco at its best ({fastest * 1e3:.0f} ms; ours {best['ours'] * 1e3:.1f} ms)")
    assert times >= 50


# ── a full review ────────────────────────────────────────────────────────────────────────────────

VARIATES = 36_000_000
"""As many standard normals as take half a second on the two-core machine this was set on."""


def yardstick_of_half_a_second() -> None:
    """A fixed workload in numpy that takes about half a second."""
    random = np.random.default_rng(0)
    for _ in range(VARIATES // 36_000):
        random.standard_normal(36_000)


def test_the_demo_bid_is_checked_in_under_half_a_second(race: Any, say: Callable[[str], None]) -> None:
    """Warm, ``fcr.check`` with its 20,000 draws takes less than the half-second yardstick; so for both demo bids."""
    draft, negotiated = demo(), demo("harbour-advice-negotiated")
    best = race(
        6,
        draft=lambda: fcr.check(draft).table(),
        negotiated=lambda: fcr.check(negotiated).table(),
        yardstick=yardstick_of_half_a_second,
    )
    for name in ("draft", "negotiated"):
        say(f"check, {name}: {best[name] / best['yardstick']:.2f} of the yardstick ({best[name] * 1e3:.0f} ms here)")
    assert max(best["draft"], best["negotiated"]) / best["yardstick"] < 1


def test_one_model_serves_many_questions(race: Any, say: Callable[[str], None]) -> None:
    """Making a bid ready to draw takes less than drawing one block of it."""
    bid = demo()
    model = Model(bid)
    best = race(10, ready=lambda: Model(bid), block=lambda: simulate(bid, BLOCK, model=model))
    say(f"ready in {best['ready'] * 1e3:.1f} ms, a block of {BLOCK:,} draws in {best['block'] * 1e3:.1f} ms")
    assert best["ready"] < best["block"]
