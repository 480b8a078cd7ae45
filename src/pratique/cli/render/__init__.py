"""How outcomes are shown: one file per format, nothing decided here."""
