"""Fetching: jobs in, one attempt a job out, politely and safely, over `requests`.

`jobs` are the values; `crawler` the threads around `schedule` (a queue a host, pure bookkeeping); `wire` the
network behind `transport`.  What a status means is the table in `answers`.
"""

from mediawatch.harvest.fetching.crawler import Crawler
from mediawatch.harvest.fetching.host_queues import Patience
from mediawatch.harvest.fetching.jobs import FetchAttempt, Job, Pulse
from mediawatch.harvest.fetching.transport import user_agent

__all__ = ["Crawler", "FetchAttempt", "Job", "Patience", "Pulse", "user_agent"]
