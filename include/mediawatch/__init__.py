"""An open news monitor: fetch, extract, audit and index the day's news, and say what is new in it."""

__version__ = "0.1.0"
