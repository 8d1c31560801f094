"""The whole system in one process, under one seed: delays, repeats, crashes, people, and what must hold after them."""
