"""Review: what people decide about files, and the proof that the log of it was not rewritten."""
