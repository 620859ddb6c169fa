"""Who there is: units, members, couples, roles; and the rights of each person."""
