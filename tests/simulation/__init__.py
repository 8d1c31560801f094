"""The whole system in one process under one seed: delays, repeats, crashes and people, and what must hold after them."""
