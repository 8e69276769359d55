"""Commands about the organisation and the installation."""
