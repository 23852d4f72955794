"""What proves the record: leaves, trees, published roots, and what others need to check them."""
