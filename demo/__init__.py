"""The demonstration: the past of invented sites lived through, today run by Airflow, and what came of it shown."""
