"""The demonstration: a newsroom of our own, and the servers that the product needs on one machine."""
