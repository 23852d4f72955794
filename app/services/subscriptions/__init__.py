"""Who is told what by letter: subscribers, alerts, and the letters of the record itself."""
