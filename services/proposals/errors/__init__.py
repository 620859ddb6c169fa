"""The rules that can be broken, by what they are about."""
