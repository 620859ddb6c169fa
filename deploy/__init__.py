"""How the system is deployed."""
