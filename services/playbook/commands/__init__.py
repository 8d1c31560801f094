"""What callers may ask of playbooks and of visits."""
