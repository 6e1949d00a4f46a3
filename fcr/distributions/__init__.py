"""Uncertain quantities: what could happen, how likely, and how much.

Each kind is a frozen input model, told apart by its ``kind``, with exact mean and variance, its
distribution function and inverse, and the mean beyond a quantile.

>>> from fcr.distributions import Pert, Triangular
>>> Triangular(low=80, mode=100, high=150).mean, Pert(low=80, mode=100, high=150).mean
(110.0, 105.0)
"""

from fcr.distributions._base import Uncertain
from fcr.distributions._normal import normal_cdf, normal_quantile
from fcr.distributions.compound import CompoundPoisson, Distribution, Event
from fcr.distributions.continuous import Fixed, Lognormal, Normal, Uniform
from fcr.distributions.counts import BetaBinomial, Binomial, NegativeBinomial, Poisson
from fcr.distributions.scenarios import Hazard, Scenario, Scenarios
from fcr.distributions.three_points import Pert, ThreePoint, Triangular

__all__ = [
    "BetaBinomial",
    "Binomial",
    "CompoundPoisson",
    "Distribution",
    "Event",
    "Fixed",
    "Hazard",
    "Lognormal",
    "NegativeBinomial",
    "Normal",
    "Pert",
    "Poisson",
    "Scenario",
    "Scenarios",
    "ThreePoint",
    "Triangular",
    "Uncertain",
    "Uniform",
    "normal_cdf",
    "normal_quantile",
]
