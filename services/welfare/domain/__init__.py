"""Care for members, and the money that it takes: what can happen, and by which rules. Pure."""
