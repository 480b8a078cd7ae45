"""Rules: one file each, by behaviour; `catalogue.RULES` is the explicit list of them."""
