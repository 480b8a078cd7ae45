"""What this interpreter cannot parse, read all the same: newer syntax, Python 2, broken on purpose."""
