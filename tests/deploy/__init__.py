"""What is deployed runs everything there is, and what would not work is refused."""
