"""What ``gallery.web`` is made of: addresses, manners, waits, secrets, and the wire itself."""
