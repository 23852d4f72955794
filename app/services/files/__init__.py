"""Documents in and out: what formats share, before anything is a draft."""
