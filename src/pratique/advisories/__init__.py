"""OSV records: read, matched against a version, answered for. No network, no database, no clock."""
