"""What is known of the value of an expression."""
