"""The rules of welfare that can be broken, by what they are about."""
