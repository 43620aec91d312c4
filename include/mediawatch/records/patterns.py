"""Regular expressions that a catalogue gives for addresses, in an engine that cannot run away."""

from __future__ import annotations

import re

from pydantic_core import SchemaError, SchemaValidator, core_schema


class AddressPattern:
    """A regular expression searched in addresses that a site chooses: its time is linear in them, whatever it says.

    The engine is Rust's, which comes with pydantic; it knows no look-around and no back-references.  Raises ValueError
    in words for what is no regular expression or needs more than that.
    """

    def __init__(self, text: str) -> None:
        try:
            re.compile(text)
            self._found = SchemaValidator(core_schema.str_schema(pattern=text, regex_engine="rust-regex"))
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        except SchemaError as error:
            what = str(error).splitlines()[-1].strip().removeprefix("error: ").removeprefix("SchemaError: ")
            raise ValueError(f"cannot be searched in linear time: {what}") from error

    def is_in(self, address: str) -> bool:
        """Whether it is found in `address`."""
        return self._found.isinstance_python(address)
