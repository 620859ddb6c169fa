"""What people take away of forms and cases: sheets, and the collection of a call (提案汇编)."""
