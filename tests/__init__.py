"""Proofs. The folder says the speed: unit and contracts without I/O, integration and e2e on real servers."""
