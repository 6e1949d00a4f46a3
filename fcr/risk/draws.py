"""Draws of the risks of a bid: one stream of random numbers for each, joined by a Gaussian copula.

Each risk draws from its own stream, named by the risk, in chunks of a fixed size. So the result is
the same whatever the block size or the number of workers, and a risk may be added or taken out
without disturbing the draws of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from fcr.distributions import normal_cdf, normal_quantile
from fcr.risk.model import Moves
from fcr.risks import Correlations, Risk

__all__ = ["CHUNK", "Copula", "Draws", "copula", "draw", "moves_of"]

Floats = npt.NDArray[np.float64]

CHUNK = 4096
"""Draws a stream makes at a time."""


@dataclass(frozen=True)
class Copula:
    """A correlation matrix fit for use: its Cholesky factor, and how far it was moved to make it fit."""

    names: tuple[str, ...]
    factor: Floats
    repaired_by: float
    """The largest change to any correlation; nought when the stated matrix was fit as it stood."""


def copula(correlations: Correlations) -> Copula:
    """The normal correlations for stated rank correlations: ``r = 2 sin(π ρ / 6)``, made positive semi-definite.

    A matrix that no set of risks could have is replaced by its nearest by clipping negative
    eigenvalues and scaling back to ones on the diagonal (Rebonato and Jäckel 1999); the largest change is reported.

    >>> from decimal import Decimal
    >>> half = Correlations(names=["a", "b"], matrix=[[1, Decimal("0.5")], [Decimal("0.5"), 1]])
    >>> round(float(copula(half).factor[1, 0]), 4)
    0.5176
    """
    stated = np.array([[float(x) for x in row] for row in correlations.matrix])
    wanted = 2.0 * np.sin(np.pi * stated / 6.0)
    values, vectors = np.linalg.eigh(wanted)
    repaired = wanted
    if values.min(initial=1.0) < SMALLEST:
        clipped = (vectors * np.maximum(values, SMALLEST)) @ vectors.T
        scale = np.sqrt(np.diag(clipped))
        repaired = clipped / np.outer(scale, scale)
    moved = float(np.abs(6.0 / np.pi * np.arcsin(np.clip(repaired / 2.0, -1, 1)) - stated).max(initial=0.0))
    change = 0.0 if moved < REPORTED else moved
    factor: Floats = np.linalg.cholesky(repaired).astype(np.float64)
    return Copula(tuple(correlations.names), factor, change)


LEAST = 2.0**-54
"""A uniform number of nought is read as this, so that its normal is finite."""
SMALLEST = 1e-10
REPORTED = 1e-6


@dataclass(frozen=True)
class Draws:
    """Where draws come from: a seed, the risks that have a size, and how they move together."""

    seed: int
    risks: tuple[Risk, ...]
    years: int
    copula: Copula | None = None

    def uniforms(self, chunk: int, risk: Risk) -> Floats:
        """The chunk's uniforms of one risk: (CHUNK, years) for a yearly loss, else (CHUNK, 1)."""
        columns = self.years if risk.per == "year" else 1
        if self.copula is None or risk.name not in self.copula.names:
            return self._stream(risk.name, chunk, columns)
        at = self.copula.names.index(risk.name)
        joined = self._joined(chunk)[:, at : at + 1]
        return joined if columns == 1 else np.hstack([joined, self._stream(risk.name, chunk, columns - 1, part=1)])

    def _stream(self, name: str, chunk: int, columns: int, part: int = 0) -> Floats:
        key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest())
        return np.random.default_rng([self.seed, chunk, part, key]).random((CHUNK, columns))

    @cached_property
    def _joined(self) -> Callable[[int], Floats]:
        """The joined uniforms of a chunk, (CHUNK, names), kept while its risks are drawn."""

        @lru_cache(maxsize=8)
        def joined(chunk: int) -> Floats:
            assert self.copula is not None
            alone = np.hstack([self._stream(name, chunk, 1) for name in self.copula.names])
            normals = normal_quantile(np.maximum(alone, LEAST))
            return normal_cdf(np.einsum("dj,ij->di", normals, self.copula.factor))

        return joined

    def sizes(self, chunk: int, risk: Risk) -> Floats:
        """What a risk comes to in each draw of a chunk: (CHUNK, years) for a yearly loss, else (CHUNK, 1)."""
        return risk.drawn(self.uniforms(chunk, risk))


def draw(draws: Draws, chunk: int, count: int) -> Moves:
    """What one chunk moves, of which the first ``count`` draws are kept."""
    sizes = {risk.name: draws.sizes(chunk, risk)[:count] for risk in draws.risks}
    return moves_of(draws.risks, sizes, count, draws.years)


def moves_of(risks: Sequence[Risk], sizes: Mapping[str, Floats], count: int, years: int) -> Moves:
    """What risks of given sizes, (draws, years) or (draws, 1), move in the model; those on the same driver combine."""
    volume = cover = delay = end = losses = None
    indices: dict[str, Floats] = {}
    success: dict[str, Floats] = {}
    for risk in risks:
        size = sizes[risk.name][:, 0]
        if risk.acts_on == "pounds":
            yearly = sizes[risk.name] * (risk.borne / (1 if risk.per == "year" else years))
            losses = np.broadcast_to(yearly, (count, years)) + (0.0 if losses is None else losses)
        elif risk.acts_on in {"volume", "occupancy"}:
            volume = size if volume is None else volume * size
        elif risk.acts_on == "index" and risk.of is not None:
            indices[risk.of] = indices.get(risk.of, np.zeros(count)) + size
        elif risk.acts_on == "outcomes":
            success[risk.of or ""] = success.get(risk.of or "", np.ones(count)) * size
        elif risk.acts_on == "payment delay":
            delay = size if delay is None else delay + size
        elif risk.acts_on == "termination":
            end = size if end is None else np.minimum(end, size)
        elif risk.acts_on == "cover":
            cover = size if cover is None else cover + size
    return Moves(count, volume, indices, success, delay, end, cover, losses)
