"""Facts about Python: parse, resolve names, evaluate, follow taint; nothing is ever run."""
