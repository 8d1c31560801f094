"""What turns the registry of services into Kubernetes manifests, and refuses manifests that would not work."""
