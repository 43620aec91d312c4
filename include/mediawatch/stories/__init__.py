"""Stories: copies of one text across sites and days, and the publisher behind them."""

from mediawatch.stories.clustering import WINDOW_DAYS, Clustering, cluster, copies, order_of
from mediawatch.stories.publishers import publishers_of, told
from mediawatch.stories.sketching import signature

VERSION = "5"
"""Changes when the same articles would make other stories."""

__all__ = [
    "VERSION",
    "WINDOW_DAYS",
    "Clustering",
    "cluster",
    "copies",
    "order_of",
    "publishers_of",
    "signature",
    "told",
]
