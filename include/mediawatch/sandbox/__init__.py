"""Untrusted markup is read in child processes: bounded in time and memory, and without this process's secrets."""

from mediawatch.sandbox.budgets import Budget
from mediawatch.sandbox.running import Sandbox, shared_sandbox
from mediawatch.sandbox.tasks import Done, Failure, Limits, Task

__all__ = ["Budget", "Done", "Failure", "Limits", "Sandbox", "Task", "shared_sandbox"]
