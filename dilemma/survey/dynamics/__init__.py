"""What firms do next after what happened last: transitions, and policies behind them."""
