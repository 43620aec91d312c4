"""A page as it was fetched: what is known of it, its tree, its lines, and what it declares of itself."""
