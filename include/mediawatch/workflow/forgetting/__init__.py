"""Taking an address, and everything that was read there, out of the lake and the index."""
