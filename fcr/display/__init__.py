"""For people who look: charts of every result, and a bid to move with sliders. Nothing here works a figure out."""
