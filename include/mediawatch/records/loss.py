"""A loss: one input of a stage that did not pass it, and why."""

from __future__ import annotations

from dataclasses import dataclass

from mediawatch.records.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """`link_id` did not pass `stage`, for `reason`; `detail` is for people (a status, a rule's name, a host)."""

    stage: str
    link_id: str
    source: str
    reason: Reason
    detail: str = ""
