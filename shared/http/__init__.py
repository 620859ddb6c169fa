"""How services speak HTTP: problems, preconditions, idempotency, pages, access, health."""
