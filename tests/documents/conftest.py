"""Airflow is imported here: it gets a home of its own first."""

from tests.support.airflow import isolate

isolate()
