"""What a day goes through from harvest to alert, and what people and DAGs do with days: the rooms at work together."""
