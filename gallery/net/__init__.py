"""What ``gallery.web`` is made of: addresses, manners, waits, secrets, what is kept, and the wire itself."""
