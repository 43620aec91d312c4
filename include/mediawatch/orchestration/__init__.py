"""What Airflow needs to know about the product: days, run keys, connections, failures, deadlines.

The only package that imports Airflow.  Nothing here loads a heavy library when imported, because every DAG file does.
"""
