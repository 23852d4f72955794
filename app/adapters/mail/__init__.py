"""Mail carriers."""
