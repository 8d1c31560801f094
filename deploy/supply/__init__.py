"""What is in what we ship, with its licences: as a page for people (licences) and as CycloneDX for programs (sbom)."""
