"""How the benchmarks are timed: side by side, many times, by the fastest run of each."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

import pytest

Race = Callable[..., dict[str, float]]


def _race(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


@pytest.fixture
def race() -> Race:
    """Run each of some functions in turn, ``rounds`` times over; the fastest time of each, in seconds.

    In turn, so that a slow spell of the machine falls on all of them; the fastest, because noise only
    ever adds.
    """

    def run(rounds: int = 15, **contestants: Callable[[], object]) -> dict[str, float]:
        return _race(contestants, rounds)

    return run


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line whether or not output is captured."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {text}", end="")  # noqa: T201

    return line
