"""What Innspill decides: plain functions, each one sentence of the domain."""
