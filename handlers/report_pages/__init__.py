"""An interview's report as a web page: the link, who may open it, and what it shows."""
