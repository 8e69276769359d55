"""An interview's report as a web page: its link, who may open it, and what it shows."""
