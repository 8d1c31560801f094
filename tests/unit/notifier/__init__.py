"""Tests of the notifier without servers."""
