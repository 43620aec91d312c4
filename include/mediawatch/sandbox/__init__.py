"""Untrusted markup is read in child processes, of this one or of a service: bounded, and without our secrets."""

from mediawatch.sandbox.children import Budget
from mediawatch.sandbox.running import Sandbox, read_at, shared_sandbox
from mediawatch.sandbox.tasks import ChildLimits, ChildTask, Done, ReadFailure

__all__ = ["Budget", "ChildLimits", "ChildTask", "Done", "ReadFailure", "Sandbox", "read_at", "shared_sandbox"]
