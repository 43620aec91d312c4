"""Stories: near-duplicate texts over days, and the voices behind them."""
