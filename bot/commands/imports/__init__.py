"""The command `import`: earlier candidates and interviews, brought along from spreadsheets and other systems."""
