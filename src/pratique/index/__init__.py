"""The simple repository API: read the upstream's pages, mark what is refused, write our own (PEP 503, PEP 691)."""
