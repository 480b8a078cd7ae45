"""Facts: typed statements about files, each from one reading, that rules judge."""
