"""Checking that the lake holds what it says, object by object."""
