"""The command line: every command calls the same stages as the DAGs do."""
