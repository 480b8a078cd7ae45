"""Release to release: what one can do that its predecessor could not, and what a project's past says of it."""
