"""Play in which the game itself moves: stochastic games, and trust as state."""
