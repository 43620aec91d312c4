"""Untrusted markup is read in child processes: bounded in time and memory, and without this process's secrets."""

from mediawatch.sandbox.children import Budget
from mediawatch.sandbox.running import Sandbox, shared_sandbox
from mediawatch.sandbox.tasks import ChildLimits, ChildTask, Done, ReadFailure

__all__ = ["Budget", "ChildLimits", "ChildTask", "Done", "ReadFailure", "Sandbox", "shared_sandbox"]
