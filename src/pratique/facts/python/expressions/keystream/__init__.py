"""Texts made character by character: computed at once where every part of a turn is known."""
