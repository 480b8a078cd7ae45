"""Files of a distribution that its own Python code runs: read by whom, when, and what they do then."""
