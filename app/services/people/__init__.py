"""Persons with an account: how they get in, and what they are entrusted with."""
