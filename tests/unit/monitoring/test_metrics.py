"""Declarations: names as Prometheus has them, and samples that fit."""

from __future__ import annotations

import re

import pytest

from mediawatch.monitoring.metrics import LATE, METRICS, PUSHED, Sample


def test_names_are_those_that_prometheus_expects() -> None:
    names = [metric.name for metric in (*METRICS, *PUSHED)]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"mediawatch(_[a-z]+)+", name) for name in names)
    assert not any(metric.name.endswith("_total") for metric in METRICS)
    assert all(metric.name.endswith("_total") for metric in PUSHED)


def test_a_sample_has_a_value_for_every_label() -> None:
    assert Sample(metric=LATE, labels=("build",), value=1).labels == ("build",)
    with pytest.raises(ValueError, match=r"mediawatch_late has the labels \('work',\)"):
        Sample(metric=LATE, value=1)
