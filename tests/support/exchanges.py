"""An answer of a site, as it is archived."""

from datetime import UTC, datetime

from mediawatch.records import Exchange

EXCHANGE = Exchange(
    url="http://news.example/a?b=1",
    status=200,
    phrase="OK",
    request_headers=(("Host", "news.example"), ("User-Agent", "mediawatch")),
    headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "7")),
    body="<p>新闻</p>".encode(),
    fetched_at=datetime(2025, 5, 4, 3, 2, 1, 123456, tzinfo=UTC),
    remote_address="192.0.2.7",
)
