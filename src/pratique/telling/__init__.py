"""Telling others: what happened goes to webhooks, signed, once it is on record, and again until it arrived."""
