"""Fetching: jobs in, one attempt a job out, politely and safely, over `requests`.

`jobs` are the values; `crawler` the threads around `schedule` (lanes by host, pure bookkeeping); `wire` the network
behind the seam `transport`.  What a status means is the table in `answers`.
"""

from mediawatch.fetching.agent import user_agent
from mediawatch.fetching.crawler import Crawler
from mediawatch.fetching.jobs import Attempt, Job
from mediawatch.fetching.lanes import Patience
from mediawatch.fetching.pulse import Pulse

__all__ = ["Attempt", "Crawler", "Job", "Patience", "Pulse", "user_agent"]
