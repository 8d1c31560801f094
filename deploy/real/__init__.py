"""`make deploy-real`: proves the manifests on a cluster, step by step."""
