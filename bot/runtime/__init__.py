"""What goes on in a process beside its web server: delivery, leases, timers and the other loops."""
