"""What stands in each document. Every function takes plain data of the municipality's work and returns a ``Document``."""
