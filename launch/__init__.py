"""Elasticsearch and Airflow on one machine: for `make start`, for the demo, and for tests that need the real ones."""
