"""The audit: Great Expectations judges the articles of a day.  Importing this package loads none of it."""

from mediawatch.quality.audit import VERSION, audit
from mediawatch.quality.frames import AuditRow, audit_row
from mediawatch.quality.judgement import Judgement

__all__ = ["VERSION", "AuditRow", "Judgement", "audit", "audit_row"]
