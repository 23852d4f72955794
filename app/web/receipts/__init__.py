"""The receipt and all that its holder can do: confirm, correct, withdraw, appeal, prove."""
