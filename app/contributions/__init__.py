"""What counts: one written rule for acts of people, shared by every number we show."""
