"""The use cases of the team's own index: an upload is received, screened, published; releases live and end."""
