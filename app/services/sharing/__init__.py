"""What others take up: feeds, calendars, and pictures of pages."""
