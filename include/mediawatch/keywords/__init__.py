"""Keywords: which words are new, back or rising, and the episodes they make."""
