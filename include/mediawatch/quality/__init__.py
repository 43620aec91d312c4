"""The audit: Great Expectations judges the articles of a day.  Importing this package loads none of it."""

from mediawatch.quality.audit import VERSION, Judgement, audit
from mediawatch.quality.frames import AuditRow, audit_row

__all__ = ["VERSION", "AuditRow", "Judgement", "audit", "audit_row"]
