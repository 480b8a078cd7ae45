"""What outside code does to the world when it is called, what it brings, and what it calls back."""
