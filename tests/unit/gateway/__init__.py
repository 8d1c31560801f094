"""Tests of the gateway without servers."""
