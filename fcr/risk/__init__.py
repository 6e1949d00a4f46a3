"""The risks of an offer: how likely a loss, how large, and who carries it."""
