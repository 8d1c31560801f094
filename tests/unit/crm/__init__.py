"""Tests of the crm service without servers."""
