"""The published language: what services tell each other and the rest of the campus.

One module for each service that publishes. Nothing else is known of a service from outside.
"""
