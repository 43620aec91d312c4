"""What a monitoring system is given: the metrics by name, and the dashboard and alert rules that stand on them."""
