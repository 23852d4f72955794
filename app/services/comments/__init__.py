"""Comments and submissions: what is asked, whether they are taken, and how they come into the record."""
