"""Democratic management: what can happen, and by which rules. Pure."""
