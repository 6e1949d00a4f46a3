"""How much the property tests try: ``dev`` at the desk, ``ci`` where it must be the same every time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # the oracle and the strategies stand beside this file

# A first example reads the dated figures, and big models are slow to draw: time is no measure of a law.
PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("dev", max_examples=100, deadline=None, suppress_health_check=PATIENT)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True, suppress_health_check=PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
