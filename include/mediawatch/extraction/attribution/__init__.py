"""Who wrote an article, and who published it first."""
