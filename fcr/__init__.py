"""Full cost recovery for voluntary organisations."""

__version__ = "0.1.0"
