"""Decisions about workspaces and about agents' accounts, one module for each."""
