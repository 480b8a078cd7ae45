"""What a statement runs and binds."""
