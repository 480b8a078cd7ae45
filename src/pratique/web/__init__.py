"""The HTTP side: one module per feature, on aiohttp."""
