"""What is on the wire stays readable, for older and for newer programs."""
