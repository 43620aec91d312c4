"""The demo newsroom: six invented news sites with news for every day, ending today.

The same day always has the same stories; what the sites show depends on that and on the instant they are seen from.
"""

from devsites.newsroom import Newsroom, aliases, planted
from devsites.server import NO_HARDSHIPS, Hardships
from devsites.truth import Expected

__all__ = ["NO_HARDSHIPS", "Expected", "Hardships", "Newsroom", "aliases", "planted"]
