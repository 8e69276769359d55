"""Work that scans many interviews: recounting, erasing, verifying, exporting, broadcasts, outages."""
