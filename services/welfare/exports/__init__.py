"""What people take away of money: the ledger of a year."""
