"""Stories: copies of one text across sites and days, and the voice behind them."""

from mediawatch.stories.clustering import WINDOW_DAYS, Clustering, cluster, copies, order_of
from mediawatch.stories.sketching import signature
from mediawatch.stories.voices import told, voices_of

VERSION = "2"
"""Changes when the same articles would make other stories."""

__all__ = [
    "VERSION",
    "WINDOW_DAYS",
    "Clustering",
    "cluster",
    "copies",
    "order_of",
    "signature",
    "told",
    "voices_of",
]
