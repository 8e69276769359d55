"""What recruiters are told of interviews."""
