"""What a call gives: the file's own functions followed, methods of known values, what Python calls by itself."""
