"""The whole system on one machine: servers, services and a small sample, started and stopped together."""
