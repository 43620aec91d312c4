"""The audit: Great Expectations judges the articles of a day.  Importing this package loads none of it."""

from mediawatch.quality.audit import VERSION, Judgement, Released, audit
from mediawatch.quality.frames import AuditRow, audit_row

__all__ = ["VERSION", "AuditRow", "Judgement", "Released", "audit", "audit_row"]
