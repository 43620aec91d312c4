"""Harvest: where articles are announced, and how pages are fetched."""
