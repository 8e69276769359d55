"""Report pages: interview reports as HTML, with their recordings, for recruiters without a messenger at hand."""
