"""Journeys through the public interface of the whole system, on real servers."""
