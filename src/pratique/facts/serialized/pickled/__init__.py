"""Pickles, read as the program they are."""
