"""Tests of the playbook service without servers."""
