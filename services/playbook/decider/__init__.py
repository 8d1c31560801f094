"""The decisions of this service: one module for playbooks, three for visits."""
