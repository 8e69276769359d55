"""Background loops that a process runs alongside its web server: delivery, leases, timers and others."""
