"""Folding of Chinese text, and the script and language a text is written in."""

from mediawatch.language.folding import character_map, fold
from mediawatch.language.identification import language_of
from mediawatch.language.scripts import han_share, script_of

__all__ = ["character_map", "fold", "han_share", "language_of", "script_of"]
