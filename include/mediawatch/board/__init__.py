"""The newsroom board: the day as pages that a person reads, from the lake, with or without Elasticsearch.

Imports stages and what lies below them; knows nothing of Airflow.
"""
