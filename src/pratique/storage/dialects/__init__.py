"""What SQLite and PostgreSQL do not have in common; no other room tells them apart."""
