"""The example consultations, made by the same services that everybody uses."""
