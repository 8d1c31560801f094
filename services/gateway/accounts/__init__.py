"""Accounts at work: passwords, sessions, sign-in, roles and endings. What is recorded decides, credentials follow.

The order is the same everywhere: what a new state needs is kept first, then the event is appended, and what is over is
deleted last. A session or password counts only if the account's stream says so, so a crash between leaves nothing open.
"""
