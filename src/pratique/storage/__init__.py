"""Where things are kept: the database and the folder of blobs."""
