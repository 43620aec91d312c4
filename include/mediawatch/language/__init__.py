"""Bytes to text, folding of Chinese text, the names people go by, and the script and language a text is written in."""

from mediawatch.language.aliases import Aliases, Name
from mediawatch.language.aligned import Folded, fold_aligned
from mediawatch.language.decoding import Decoded, decode
from mediawatch.language.folding import character_map, fold
from mediawatch.language.identification import language_of
from mediawatch.language.scripts import han_share, script_of
from mediawatch.language.segmentation import words

__all__ = [
    "Aliases",
    "Decoded",
    "Folded",
    "Name",
    "character_map",
    "decode",
    "fold",
    "fold_aligned",
    "han_share",
    "language_of",
    "script_of",
    "words",
]
