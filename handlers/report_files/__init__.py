"""A report as a file: PDF, Word or JSON. All are made from the value in `report_pages.model`."""
