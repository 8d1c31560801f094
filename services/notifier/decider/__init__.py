"""Decisions of the notifier: who is told (policy), devices, and what becomes of each notice."""
