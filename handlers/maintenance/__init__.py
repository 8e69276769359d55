"""What goes through many interviews: counting anew, erasing, verifying, exporting, broadcasts, outages."""
