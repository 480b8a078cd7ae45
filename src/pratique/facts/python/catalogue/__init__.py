"""What is known of names from outside: what a call of them does, gives, keeps, and how they are spelled."""
