"""The use case of the gateway: a request for a page, for metadata or for a file, without any HTTP in it."""
