"""Watching: the lists of words that people asked for, read and matched."""
