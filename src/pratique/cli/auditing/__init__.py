"""The parts of ``pratique audit``: what is audited, how, and what comes of it."""
