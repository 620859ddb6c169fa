"""Who is told of what: a table for each service that publishes."""
